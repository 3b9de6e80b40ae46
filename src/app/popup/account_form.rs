//! The form that adds an account at a sync server, or replaces its API key or password.
//!
//! The first confirmation looks for the server and shows what it has; the second one stores the account. Whatever is
//! changed in between makes the form look again. What is typed as a key or password is hidden, and overwritten in memory
//! when the form closes.

use ratatui::layout::Rect;

use super::frame::{frame, inside, wrapped};
use super::question::{Answer, Question};
use super::{Next, PopupState};
use crate::app::App;
use crate::app::accounts::{Account, kind_name};
use crate::app::at_server::{About, Login, SecretSource, ServerAnswer, ServerTask, described};
use crate::app::hidden_text::HiddenText;
use crate::app::library::short;
use crate::app::prompt::Prompt;
use crate::keymap::{Action, Scope};
use crate::library::{AccountId, AccountKind, Take};
use crate::net::address::meant;
use crate::sync::AccountOffer;
use crate::text::{CleanBuf, grouped};

/// A line of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The choice of the kind of server.
    Kind,
    /// The address of the server.
    Address,
    /// The user's name at the server.
    User,
    /// The API key or password, which is not shown.
    Secret,
    /// The command that prints it instead.
    Command,
    /// The choice of how much to store.
    Take,
    /// The name of the account.
    Name,
}

/// The kinds of servers to choose from.
const KINDS: [AccountKind; 3] = [AccountKind::Miniflux, AccountKind::FreshRss, AccountKind::GoogleReader];

/// The parts to choose from.
const TAKES: [Take; 8] = [
    Take::Newest(1_000),
    Take::Newest(10_000),
    Take::Newest(100_000),
    Take::Days(7),
    Take::Days(30),
    Take::Days(90),
    Take::Days(365),
    Take::All,
];

/// The open form.
#[derive(Debug, Clone)]
pub struct AccountForm {
    /// The line with the cursor.
    pub at: Field,
    /// The account whose secret is replaced; `None` for a new account.
    replaces: Option<(AccountId, CleanBuf)>,
    kind: AccountKind,
    address: Prompt,
    user: Prompt,
    /// The API key or password.
    pub secret: HiddenText,
    command: Prompt,
    take: Take,
    name: Prompt,
    /// What is wrong with the input, or what the server said.
    pub error: Option<CleanBuf>,
    /// The number of the task whose answer the form waits for.
    waits: Option<u64>,
    /// What the server has.
    found: Option<Box<AccountOffer>>,
}

impl AccountForm {
    fn new() -> Self {
        Self {
            at: Field::Kind,
            replaces: None,
            kind: AccountKind::default(),
            address: Prompt::default(),
            user: Prompt::default(),
            secret: HiddenText::default(),
            command: Prompt::default(),
            take: Take::default(),
            name: Prompt::default(),
            error: None,
            waits: None,
            found: None,
        }
    }

    /// Returns the lines, in order.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        if self.replaces.is_some() {
            return vec![Field::Secret, Field::Command];
        }
        let mut fields =
            vec![Field::Kind, Field::Address, Field::User, Field::Secret, Field::Command, Field::Take, Field::Name];
        fields.retain(|field| *field != Field::User || self.has_user());
        fields
    }

    /// Whether the kind of server needs a user's name.
    fn has_user(&self) -> bool {
        self.kind != AccountKind::Miniflux
    }

    /// Returns the label of a line, and its placeholder.
    #[must_use]
    pub fn label(&self, field: Field) -> (&'static str, &'static str) {
        match (field, self.kind) {
            (Field::Kind, _) => ("Server", ""),
            (Field::Address, AccountKind::GoogleReader) => ("Address", "the address below which /reader/api/0 lies"),
            (Field::Address, _) => ("Address", "as in a browser: https://reader.example.org"),
            (Field::User, _) => ("User", "your name at the server"),
            (Field::Secret, AccountKind::Miniflux) => ("API key", "from Settings, API keys; or give a command below"),
            (Field::Secret, AccountKind::FreshRss) => ("Password", "the API password of your profile"),
            (Field::Secret, AccountKind::GoogleReader) => ("Password", "the API password"),
            (Field::Command, _) => ("Command", "prints the secret, such as pass show reader"),
            (Field::Take, _) => ("Store", ""),
            (Field::Name, _) => ("Name", "a name of your choice, such as home"),
        }
    }

    /// Returns the options of a choice, and the chosen one; none for lines of text.
    #[must_use]
    pub fn options(&self, field: Field) -> (Vec<String>, usize) {
        match field {
            Field::Kind => {
                let at = KINDS.iter().position(|kind| *kind == self.kind);
                (KINDS.map(|kind| kind_name(kind).to_owned()).to_vec(), at.unwrap_or(0))
            }
            Field::Take => {
                let at = TAKES.iter().position(|take| *take == self.take);
                (TAKES.map(take_name).to_vec(), at.unwrap_or(0))
            }
            _ => (Vec::new(), 0),
        }
    }

    /// Returns the text of a line; `None` for a choice and for the secret.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<&Prompt> {
        match field {
            Field::Address => Some(&self.address),
            Field::User => Some(&self.user),
            Field::Command => Some(&self.command),
            Field::Name => Some(&self.name),
            Field::Kind | Field::Secret | Field::Take => None,
        }
    }

    /// Returns the text of the line with the cursor, to be changed.
    fn prompt(&mut self) -> Option<&mut Prompt> {
        match self.at {
            Field::Address => Some(&mut self.address),
            Field::User => Some(&mut self.user),
            Field::Secret => Some(self.secret.prompt()),
            Field::Command => Some(&mut self.command),
            Field::Name => Some(&mut self.name),
            Field::Kind | Field::Take => None,
        }
    }

    /// Whether the line with the cursor is a choice.
    fn is_choice(&self) -> bool {
        matches!(self.at, Field::Kind | Field::Take)
    }

    /// Returns what the next confirmation does.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match (&self.replaces, &self.found) {
            (Some(_), _) => "replace",
            (None, Some(_)) => "add",
            (None, None) => "find",
        }
    }

    /// Returns the lines below the fields, and whether they are an error.
    #[must_use]
    pub fn message(&self, app: &App) -> (Vec<CleanBuf>, bool) {
        let columns = inside(frame(app.layout().body, 1)).width;
        let wrap = |texts: &[String]| texts.iter().flat_map(|text| wrapped(text, columns)).collect();
        if let Some(error) = &self.error {
            return (wrap(&[error.to_string()]), true);
        }
        if self.waits.is_some() {
            return (wrap(&["asking the server…".to_owned()]), false);
        }
        let Some(found) = &self.found else { return (Vec::new(), false) };
        let mut texts = described(found);
        let key = app.key_in(&[Scope::Form], Action::FormDone);
        texts.push(format!(
            "{key} adds it as {}: {}; what arrives later is stored as well",
            self.name(),
            found.summary()
        ));
        (wrap(&texts), false)
    }

    /// Returns the name of the account as typed or proposed.
    fn name(&self) -> CleanBuf {
        CleanBuf::line(self.name.text().trim())
    }

    /// Returns the proposed name: the host.
    fn proposed_name(&self) -> String {
        meant(self.address.text()).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Adapts the form to changed input. The server has to be asked again, unless only the name changed.
    fn changed(&mut self, was_proposed: bool) {
        self.error = None;
        if self.at != Field::Name {
            self.found = None;
            if was_proposed {
                self.name = Prompt::proposed(self.proposed_name());
            }
        }
    }

    fn step(&mut self, is_back: bool) {
        let (options, at) = self.options(self.at);
        let count = options.len().max(1);
        let next = (at + if is_back { count - 1 } else { 1 }) % count;
        match self.at {
            Field::Kind => self.kind = KINDS[next],
            Field::Take => self.take = TAKES[next],
            _ => {}
        }
        self.changed(self.name.text() == self.proposed_name());
    }

    fn go(&mut self, field: Field) {
        if let Some(prompt) = self.prompt() {
            prompt.deselect();
        }
        self.at = field;
    }

    fn next(&mut self, is_back: bool) {
        let fields = self.fields();
        let at = fields.iter().position(|field| *field == self.at).unwrap_or(0);
        let next = (at + if is_back { fields.len() - 1 } else { 1 }) % fields.len();
        self.go(fields[next]);
    }

    /// Returns where the secret comes from.
    fn secret_source(&self) -> Result<SecretSource, (Field, String)> {
        let command = self.command.text().trim();
        match (self.secret.is_empty(), command.is_empty()) {
            (true, true) => {
                Err((Field::Secret, format!("enter the {}, or a command that prints it", self.kind.secret())))
            }
            (false, false) => Err((Field::Command, format!("enter the {} or a command, not both", self.kind.secret()))),
            (false, true) => Ok(SecretSource::Typed(self.secret.secret())),
            (true, false) => Ok(SecretSource::Command(command.to_owned())),
        }
    }

    /// Returns the login as entered, or the line that is wrong and why.
    fn login(&self, app: &App) -> Result<Login, (Field, String)> {
        meant(self.address.text()).map_err(|wrong| (Field::Address, wrong.to_string()))?;
        let user = self.user.text().trim();
        if self.has_user() && user.is_empty() {
            return Err((Field::User, "enter your name at the server".to_owned()));
        }
        let secret = self.secret_source()?;
        let name = self.name();
        if name.is_empty() {
            return Err((Field::Name, "enter a name".to_owned()));
        }
        if app.library.accounts.iter().any(|account| account.name == name) {
            return Err((Field::Name, format!("an account {name} exists; choose another name")));
        }
        Ok(Login {
            kind: self.kind,
            address: self.address.text().trim().to_owned(),
            user: if self.has_user() { user.to_owned() } else { String::new() },
            secret,
            take: self.take,
            name,
        })
    }

    fn submit(&mut self, app: &mut App) {
        if app.is_offline() {
            return;
        }
        let task = match &self.replaces {
            Some((account, _)) => {
                let account = *account;
                self.secret_source().map(|secret| ServerTask::ReplaceSecret { account, secret })
            }
            None => self.login(app).map(|login| match self.found.clone() {
                Some(found) => ServerTask::Add(Box::new(login), found),
                None => ServerTask::Find(Box::new(login)),
            }),
        };
        match task {
            Ok(task) => self.waits = Some(app.ask_server(task, "asking the server…".to_owned(), About::Form)),
            Err((field, error)) => {
                self.go(field);
                self.error = Some(CleanBuf::line(&error));
            }
        }
    }
}

/// Describes a part of an account.
fn take_name(take: Take) -> String {
    match take {
        Take::All => "all releases".to_owned(),
        Take::Newest(count) => format!("newest {}", grouped(usize::try_from(count).unwrap_or(usize::MAX))),
        Take::Days(days) => format!("last {days} days"),
    }
}

impl PopupState for AccountForm {
    fn scope(&self) -> Scope {
        Scope::Form
    }

    fn title(&self) -> &'static str {
        match (&self.replaces, self.kind.secret()) {
            (None, _) => "Add an account",
            (Some(_), "API key") => "Replace the API key",
            (Some(_), _) => "Replace the API password",
        }
    }

    /// Has room for the lines, an empty line, and the message.
    fn frame(&self, app: &App) -> Rect {
        frame(app.layout().body, self.fields().len() + 1 + self.message(app).0.len().max(1))
    }

    fn act(&mut self, app: &mut App, action: Action) -> Next {
        match action {
            // The input stays, to be corrected.
            Action::Close if self.waits.is_some() => {
                if let Some(number) = self.waits.take() {
                    app.forget_server_task(number);
                }
            }
            Action::Close => return Next::Close,
            _ if self.waits.is_some() => {}
            Action::FormDone => self.submit(app),
            Action::FormNext => self.next(false),
            Action::FormPrevious => self.next(true),
            Action::PromptLeft if self.is_choice() => self.step(true),
            Action::PromptRight if self.is_choice() => self.step(false),
            _ => {
                let is_proposed = self.name.text() == self.proposed_name();
                if self.prompt().is_some_and(|prompt| prompt.edit(action)) {
                    self.changed(is_proposed);
                }
            }
        }
        Next::Stay
    }

    fn insert(&mut self, text: &str) {
        let is_proposed = self.name.text() == self.proposed_name();
        if self.waits.is_none() && self.prompt().map(|prompt| prompt.insert(text)).is_some() {
            self.changed(is_proposed);
        }
    }

    /// A click goes to a line; on the line of a choice, it takes the next option.
    fn press(&mut self, _app: &mut App, line: usize) -> Next {
        match self.fields().get(line) {
            _ if self.waits.is_some() => {}
            Some(field) if *field == self.at && self.is_choice() => self.step(false),
            Some(field) => self.go(*field),
            None => {}
        }
        Next::Stay
    }

    fn is_filled_in(&self) -> bool {
        [&self.address, &self.user, &self.command].iter().any(|prompt| !prompt.text().is_empty())
            || !self.secret.is_empty()
    }
}

impl App {
    /// Opens the form that adds an account.
    pub(in crate::app) fn open_account_form(&mut self) {
        self.popups.push(AccountForm::new());
    }

    /// Opens the form that replaces the API key or password of an account.
    pub(in crate::app) fn open_secret_form(&mut self, account: &Account) {
        let replaces = Some((account.id, account.name.clone()));
        self.popups.push(AccountForm { at: Field::Secret, kind: account.kind, replaces, ..AccountForm::new() });
    }

    /// Shows the answer of the server in the form that waits for it.
    pub(in crate::app) fn account_form_answered(&mut self, number: u64, answer: Result<ServerAnswer, CleanBuf>) {
        let Some(mut form) = self.popups.take_if(|form: &AccountForm| form.waits == Some(number)) else { return };
        form.waits = None;
        match answer {
            Ok(ServerAnswer::Found(found)) => form.found = Some(found),
            Ok(ServerAnswer::Added(account)) => {
                let summary = form.found.as_ref().map_or_else(String::new, |found| found.summary());
                let text = vec![format!("Added {}: {summary}. Nothing is fetched yet.", short(&form.name()))];
                self.popups.push(Question::new(
                    "Account added",
                    text,
                    vec![("Sync it now".to_owned(), Answer::Sync(account))],
                ));
                return;
            }
            Ok(_) => {
                if let Some((_, name)) = &form.replaces {
                    let sync = self.key_in(&[Scope::Subscriptions], Action::SubscriptionSync);
                    self.inform(format!("replaced the {} of {}; {sync} syncs it", form.kind.secret(), short(name)));
                }
                return;
            }
            Err(reason) => form.error = Some(reason),
        }
        self.popups.push(form);
    }
}

#[cfg(test)]
mod tests;
