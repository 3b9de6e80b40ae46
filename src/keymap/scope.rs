//! Scopes of key bindings: the panes and the popups over them.

macro_rules! scopes {
    ($($(#[$doc:meta])* $scope:ident: $name:literal, $title:literal, $shared:expr;)*) => {
        /// The part of the screen in which a binding is active. A key is looked up in the focused scope first, then in
        /// the scope that this one shares ([`Scope::shared`]).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Scope {
            $($(#[$doc])* $scope,)*
        }

        impl Scope {
            /// All scopes, in the order of the help.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$scope),*];

            /// Returns its heading in the help.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$scope => $title,)*
                }
            }

            /// Returns its name in the configuration.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$scope => $name,)*
                }
            }

            /// Returns the scope whose bindings apply wherever this one binds nothing.
            #[must_use]
            pub fn shared(self) -> Option<Self> {
                match self {
                    $(Self::$scope => $shared,)*
                }
            }
        }
    };
}

// Each scope with its name in the configuration, its heading in the help, and the scope that it shares.
scopes! {
    /// All panes.
    Panes: "everywhere", "Everywhere", None;
    /// The filter pane.
    Filter: "filters", "Filters", Some(Self::Panes);
    /// The list pane.
    List: "releases", "Releases", Some(Self::Panes);
    /// The detail pane.
    Detail: "reading", "Reading", Some(Self::Panes);
    /// The timeline above the list.
    Timeline: "timeline", "Timeline", Some(Self::Panes);
    /// The search prompt.
    Prompt: "prompt", "Search prompt", Some(Self::Typing);
    /// The popup that finds a value of a facet.
    TypeAhead: "values", "Find a value", Some(Self::Typing);
    /// The letters beside links.
    Follow: "links", "Follow a link", None;
    /// The prompt that finds words in the text.
    Find: "find", "Find in the text", Some(Self::Typing);
    /// The subscriptions.
    Sources: "subscriptions", "Subscriptions", None;
    /// The prompt that filters a list.
    Narrow: "narrowing", "Filter a list", Some(Self::Typing);
    /// The feeds that a web page offers.
    Offer: "feeds", "Feeds of a page", None;
    /// The saved queries.
    Pick: "saved", "Saved queries", Some(Self::Typing);
    /// Forms with text fields.
    Form: "form", "Forms", Some(Self::Typing);
    /// The command palette.
    Palette: "palette", "Palette", Some(Self::Typing);
    /// The help.
    Help: "help", "Help", Some(Self::Typing);
    /// The list of problems.
    Dialog: "problems", "Problems", None;
    /// Shared by every scope with a text field.
    Typing: "typing", "Text fields", None;
}

impl Scope {
    /// Returns the scope with this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// Whether unbound characters are typed into a text field.
    #[must_use]
    pub fn takes_text(self) -> bool {
        matches!(self, Self::Follow | Self::Typing) || self.shared() == Some(Self::Typing)
    }
}
