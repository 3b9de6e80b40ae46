//! Scopes of key bindings: the panes and the popups over them.

macro_rules! scopes {
    ($($(#[$doc:meta])* $scope:ident: $name:literal, $title:literal, $shared:expr;)*) => {
        /// The part of the screen in which a binding is active. A key is looked up in the focused scope first, then in
        /// the scopes that it inherits from ([`Scope::shared`]).
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

            /// Returns the scopes whose bindings apply wherever this one binds nothing, nearest first.
            #[must_use]
            pub fn shared(self) -> &'static [Self] {
                match self {
                    $(Self::$scope => &$shared,)*
                }
            }
        }
    };
}

// Each scope with its name in the configuration, its heading in the help, and the scopes that it inherits from.
scopes! {
    /// All panes.
    Panes: "everywhere", "Everywhere", [Self::Always];
    /// The filter pane.
    Filter: "filters", "Filters", [Self::Panes, Self::Always];
    /// The list pane.
    List: "releases", "Releases", [Self::Panes, Self::Always];
    /// The detail pane.
    Detail: "reading", "Reading", [Self::Panes, Self::Always];
    /// The timeline above the list.
    Timeline: "timeline", "Timeline", [Self::Panes, Self::Always];
    /// The search prompt.
    Prompt: "prompt", "Search prompt", [Self::Typing, Self::Always];
    /// The popup that finds a value of a facet.
    TypeAhead: "values", "Find a value", [Self::TypedLists, Self::Typing, Self::Always];
    /// The letters beside links.
    LinkHints: "links", "Follow a link", [Self::Always];
    /// The prompt that finds words in the text.
    Find: "find", "Find in the text", [Self::Typing, Self::Always];
    /// The subscriptions.
    Subscriptions: "subscriptions", "Subscriptions", [Self::Lists, Self::Always];
    /// The prompt that filters a list.
    ListFilter: "list-filter", "Filter a list", [Self::TypedLists, Self::Typing, Self::Always];
    /// The feeds that a web page offers.
    FeedChoice: "feeds", "Feeds of a page", [Self::Lists, Self::Always];
    /// The saved queries.
    SavedQueries: "saved", "Saved queries", [Self::TypedLists, Self::Typing, Self::Always];
    /// The themes.
    Themes: "themes", "Themes", [Self::TypedLists, Self::Typing, Self::Always];
    /// Forms with text fields.
    Form: "form", "Forms", [Self::Typing, Self::Always];
    /// A question and its answers.
    Question: "question", "Questions", [Self::Lists, Self::Always];
    /// The command palette.
    Palette: "palette", "Palette", [Self::TypedLists, Self::Typing, Self::Always];
    /// The help.
    Help: "help", "Help", [Self::TypedLists, Self::Typing, Self::Always];
    /// The versions of a changed release.
    Versions: "versions", "Earlier versions", [Self::Lists, Self::Always];
    /// The list of problems.
    Problems: "problems", "Problems", [Self::Lists, Self::Always];
    /// Shared by the popups with a list and without a text field.
    Lists: "lists", "Lists", [Self::Always];
    /// Shared by the scopes with a list below a text field.
    TypedLists: "typed-lists", "Lists below a text field", [Self::Always];
    /// Shared by every scope with a text field.
    Typing: "typing", "Text fields", [Self::Always];
    /// Shared by all scopes.
    Always: "always", "Always", [];
}

impl Scope {
    /// Returns the scope with this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// Returns this scope and those that it inherits from, nearest first: the order in which a key is looked up.
    pub fn chain(self) -> impl Iterator<Item = Self> {
        std::iter::once(self).chain(self.shared().iter().copied())
    }

    /// Whether unbound characters are typed into a text field.
    #[must_use]
    pub fn takes_text(self) -> bool {
        matches!(self, Self::LinkHints | Self::Typing) || self.shared().contains(&Self::Typing)
    }
}
