//! Where keys hold: the panes, and whatever opens over them.

macro_rules! scopes {
    ($($(#[$doc:meta])* $scope:ident: $name:literal, $title:literal, $shared:expr;)*) => {
        /// Where a binding holds. A key is looked up in the scope that has the focus, then in the one that it shares
        /// ([`Scope::shared`]).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Scope {
            $($(#[$doc])* $scope,)*
        }

        impl Scope {
            /// All of them, in the order of the help.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$scope),*];

            /// Its heading in the help.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$scope => $title,)*
                }
            }

            /// Its name in the configuration.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$scope => $name,)*
                }
            }

            /// The scope whose keys hold here too, where its own say nothing.
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
    /// The bars above the list.
    Timeline: "timeline", "Timeline", Some(Self::Panes);
    /// The search prompt.
    Prompt: "prompt", "Search prompt", Some(Self::Typing);
    /// The narrowing of a facet as one types.
    TypeAhead: "values", "Finding a value", Some(Self::Typing);
    /// The letters of a link.
    Follow: "links", "Following a link", None;
    /// Finding words within the text.
    Find: "find", "Finding in the text", Some(Self::Typing);
    /// The subscriptions.
    Sources: "subscriptions", "Subscriptions", None;
    /// The narrowing of a list as one types.
    Narrow: "narrowing", "Narrowing a list", Some(Self::Typing);
    /// The feeds that a page names.
    Offer: "feeds", "Feeds of a page", None;
    /// The saved queries.
    Pick: "saved", "Saved queries", Some(Self::Typing);
    /// Lines to fill in.
    Form: "form", "Filling in", Some(Self::Typing);
    /// All that can be done, to be found by letters.
    Palette: "palette", "Palette", Some(Self::Typing);
    /// The help.
    Help: "help", "Help", Some(Self::Typing);
    /// What could not be read.
    Dialog: "problems", "Problems", None;
    /// Every scope with a line to type in.
    Typing: "typing", "Lines to type in", None;
}

impl Scope {
    /// The scope of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// Whether letters that are bound to nothing are typed.
    #[must_use]
    pub fn takes_text(self) -> bool {
        matches!(self, Self::Follow | Self::Typing) || self.shared() == Some(Self::Typing)
    }
}
