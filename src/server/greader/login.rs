//! Logging in, and requests that need a login.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::GoogleReader;
use crate::net::fetch::{Bytes, Method, Reply};
use crate::server::api::{self, Ask};
use crate::server::stream::{self, Envelope};
use crate::server::{Secret, ServerError};
use crate::text::CleanBuf;

/// The path of the login.
const LOGIN: &str = "/accounts/ClientLogin";
/// What all other paths begin with.
pub(super) const READER: &str = "/reader/api/0";
/// Tells whether the header of the login arrives.
const CHECK: &str = "/check/compatibility";
const FORM: &str = "application/x-www-form-urlencoded";
/// What Miniflux answers to everything while it is under maintenance.
const MAINTENANCE: &str = "Miniflux is currently under maintenance";

/// `/user-info`.
#[derive(Deserialize)]
struct User {
    #[serde(rename = "userName")]
    name: String,
}

impl GoogleReader {
    pub(super) fn user_name(&mut self) -> Result<CleanBuf, ServerError> {
        let path = format!("{READER}/user-info");
        let ask = Ask::get(&path, "output=json");
        let user: User = api::json(&ask, self.get(&ask)?)?;
        Ok(CleanBuf::line(&user.name))
    }

    /// Logs in unless that was done before. Returns the header of requests.
    fn authorisation(&mut self) -> Result<String, ServerError> {
        if let Some(auth) = &self.auth {
            return Ok(header(auth));
        }
        let form = api::form(&[("Email", &self.user), ("Passwd", self.password.reveal())]);
        let ask = Ask { method: Method::Post, body: Some((FORM, form.as_bytes())), ..Ask::get(LOGIN, "") };
        let mut reply = self.api.send(&ask, &[])?;
        let text = api::text_of(&mut reply.bytes);
        let auth = text.lines().find_map(|line| line.strip_prefix("Auth=")).map(str::trim);
        match (reply.status, auth) {
            (200, Some(auth)) if !auth.is_empty() => {
                let auth = Secret::new(auth);
                let header = header(&auth);
                self.auth = Some(auth);
                Ok(header)
            }
            // Names with blanks and empty fields.
            (400, _) => {
                self.api.is_refused = true;
                Err(ServerError::Refused { secret: "user name and API password" })
            }
            (200, _) if text.trim_start().starts_with(MAINTENANCE) => Err(ServerError::Maintenance),
            // An API that does not know the path answers `[]`, a web interface with a page.
            (200 | 404 | 405, _) => Err(self.api.missing()),
            _ => Err(self.refusal(&ask, reply.status, &text)),
        }
    }

    /// Returns the token for requests that change something.
    fn token(&mut self) -> Result<Secret, ServerError> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let path = format!("{READER}/token");
        let ask = Ask::get(&path, "");
        let mut bytes = self.get(&ask)?;
        let text = api::text_of(&mut bytes);
        let token = text.trim();
        if token.is_empty() || token.contains(char::is_whitespace) || token.starts_with(['[', '<']) {
            return Err(api::unexpected(&ask, "found no token"));
        }
        let token = Secret::new(token);
        self.token = Some(token.clone());
        Ok(token)
    }

    /// Sends a request that reads, and returns the body of its answer.
    pub(super) fn get(&mut self, ask: &Ask<'_>) -> Result<Bytes, ServerError> {
        let reply = self.logged_in(|client| {
            let authorisation = client.authorisation()?;
            client.api.send(ask, &[("authorization", &authorisation)])
        })?;
        self.body(ask, reply)
    }

    /// Sends a form, with the token as its first field, and returns the body of the answer.
    pub(super) fn post(&mut self, path: &str, fields: &str, patience: u64) -> Result<Bytes, ServerError> {
        let ask = Ask { method: Method::Post, patience, ..Ask::get(path, "") };
        let reply = self.logged_in(|client| {
            let (authorisation, token) = (client.authorisation()?, client.token()?);
            let form = format!("{}&{fields}", api::form(&[("T", token.reveal())]));
            let ask = Ask { body: Some((FORM, form.as_bytes())), ..ask };
            client.api.send(&ask, &[("authorization", &authorisation)])
        })?;
        self.body(&ask, reply)
    }

    /// Sends a form that is confirmed with `OK`.
    pub(super) fn post_for_ok(&mut self, path: &str, fields: &str, patience: u64) -> Result<(), ServerError> {
        let mut bytes = self.post(path, fields, patience)?;
        let text = api::text_of(&mut bytes);
        if text.trim() == "OK" {
            return Ok(());
        }
        let ask = Ask { method: Method::Post, ..Ask::get(path, "") };
        Err(api::unexpected(&ask, &format!("expected OK, found {}", first_line(&text))))
    }

    /// Sends a request that reads, and passes on the items of the list in its answer.
    pub(super) fn get_list<T: DeserializeOwned>(
        &mut self,
        ask: &Ask<'_>,
        key: &'static str,
        each: &mut dyn FnMut(T),
    ) -> Result<Envelope, ServerError> {
        let bytes = self.get(ask)?;
        list(ask, bytes, key, each)
    }

    /// Sends a request; after a refusal, logs in again and sends it once more.
    fn logged_in(
        &mut self,
        mut send: impl FnMut(&mut Self) -> Result<Reply, ServerError>,
    ) -> Result<Reply, ServerError> {
        let was_logged_in = self.auth.is_some();
        match send(self) {
            Err(ServerError::Refused { .. }) if self.auth.is_some() => {}
            other => return other,
        }
        if was_logged_in {
            (self.auth, self.token) = (None, None);
            match send(self) {
                Err(ServerError::Refused { .. }) if self.auth.is_some() => {}
                other => return other,
            }
        }
        // The login works and nothing else does.
        Err(self.without_header())
    }

    /// The error for a login that is accepted, and refused with the next request.
    fn without_header(&mut self) -> ServerError {
        let refused = ServerError::Refused { secret: self.api.secret };
        let Some(auth) = self.auth.take() else { return refused };
        let reply = self.api.send(&Ask::get(CHECK, ""), &[("authorization", &header(&auth))]);
        let text = reply.map(|mut reply| api::text_of(&mut reply.bytes)).unwrap_or_default();
        if text.starts_with("FAIL") && text.contains("Authorization") { ServerError::NoHeader } else { refused }
    }

    /// Checks the status of an answer.
    fn body(&self, ask: &Ask<'_>, mut reply: Reply) -> Result<Bytes, ServerError> {
        let is_maintenance = reply.bytes.head().starts_with(MAINTENANCE.as_bytes());
        match reply.status {
            200 if is_maintenance => Err(ServerError::Maintenance),
            200 => Ok(reply.bytes),
            status => {
                let text = api::text_of(&mut reply.bytes);
                Err(self.refusal(ask, status, &text))
            }
        }
    }

    fn refusal(&self, ask: &Ask<'_>, status: u16, text: &str) -> ServerError {
        // Only plain texts give a reason; a page is that of the web server.
        let line = first_line(text);
        let reason = if line.starts_with('<') { CleanBuf::default() } else { CleanBuf::line(&line) };
        match status {
            503 if self.is_freshrss() => ServerError::ApiOff,
            404 => self.api.missing(),
            500.. => ServerError::Failed { status, reason },
            _ => api::unexpected(ask, format!("HTTP status {status} {reason}").trim()),
        }
    }
}

/// Passes on the items of the list in an answer. The media type says nothing: JSON comes as HTML too.
pub(super) fn list<T: DeserializeOwned>(
    ask: &Ask<'_>,
    bytes: Bytes,
    key: &'static str,
    each: &mut dyn FnMut(T),
) -> Result<Envelope, ServerError> {
    let start = api::first_line(&bytes);
    stream::read(bytes, key, each).map_err(|error| api::unparsed(ask, &start, &error))
}

fn header(auth: &Secret) -> String {
    format!("GoogleLogin auth={}", auth.reveal())
}

fn first_line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().chars().take(200).collect()
}
