//! Where keys hold: the panes, and whatever opens over them.

/// Where a binding holds. A key is looked up in the scope that has the focus, then in the one that it shares
/// ([`Scope::shared`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// All panes.
    Panes,
    /// The filter pane.
    Filter,
    /// The list pane.
    List,
    /// The detail pane.
    Detail,
    /// The bars above the list.
    Timeline,
    /// The search prompt.
    Prompt,
    /// The narrowing of a facet as one types.
    TypeAhead,
    /// The letters of a link.
    Follow,
    /// Finding words within the text.
    Find,
    /// The subscriptions.
    Sources,
    /// The narrowing of a list as one types.
    Narrow,
    /// The feeds that a page names.
    Offer,
    /// The saved queries.
    Pick,
    /// Lines to fill in.
    Form,
    /// All that can be done, to be found by letters.
    Palette,
    /// The help.
    Help,
    /// What could not be read.
    Dialog,
    /// Every scope with a line to type in.
    Typing,
}

impl Scope {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 18] = [
        Self::Panes,
        Self::Filter,
        Self::List,
        Self::Detail,
        Self::Timeline,
        Self::Prompt,
        Self::TypeAhead,
        Self::Follow,
        Self::Find,
        Self::Sources,
        Self::Narrow,
        Self::Offer,
        Self::Pick,
        Self::Form,
        Self::Palette,
        Self::Help,
        Self::Dialog,
        Self::Typing,
    ];

    /// Its heading in the help.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Panes => "Everywhere",
            Self::Filter => "Filters",
            Self::List => "Releases",
            Self::Detail => "Reading",
            Self::Timeline => "Timeline",
            Self::Prompt => "Search prompt",
            Self::TypeAhead => "Finding a value",
            Self::Follow => "Following a link",
            Self::Find => "Finding in the text",
            Self::Sources => "Subscriptions",
            Self::Narrow => "Narrowing a list",
            Self::Offer => "Feeds of a page",
            Self::Pick => "Saved queries",
            Self::Form => "Filling in",
            Self::Palette => "Palette",
            Self::Help => "Help",
            Self::Dialog => "Problems",
            Self::Typing => "Lines to type in",
        }
    }

    /// Its name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Panes => "everywhere",
            Self::Filter => "filters",
            Self::List => "releases",
            Self::Detail => "reading",
            Self::Timeline => "timeline",
            Self::Prompt => "prompt",
            Self::TypeAhead => "values",
            Self::Follow => "links",
            Self::Find => "find",
            Self::Sources => "subscriptions",
            Self::Narrow => "narrowing",
            Self::Offer => "feeds",
            Self::Pick => "saved",
            Self::Form => "form",
            Self::Palette => "palette",
            Self::Help => "help",
            Self::Dialog => "problems",
            Self::Typing => "typing",
        }
    }

    /// The scope of this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    /// The scope whose keys hold here too, where its own say nothing.
    #[must_use]
    pub fn shared(self) -> Option<Self> {
        match self {
            Self::Filter | Self::List | Self::Detail | Self::Timeline => Some(Self::Panes),
            Self::Prompt
            | Self::TypeAhead
            | Self::Find
            | Self::Narrow
            | Self::Pick
            | Self::Form
            | Self::Palette
            | Self::Help => Some(Self::Typing),
            _ => None,
        }
    }

    /// Whether letters that are bound to nothing are typed.
    #[must_use]
    pub fn takes_text(self) -> bool {
        matches!(
            self,
            Self::Prompt
                | Self::TypeAhead
                | Self::Follow
                | Self::Find
                | Self::Narrow
                | Self::Pick
                | Self::Form
                | Self::Palette
                | Self::Help
                | Self::Typing
        )
    }
}
