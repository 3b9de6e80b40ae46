//! The parts of an address that describe a visit rather than a page: campaign, click and session parameters. They may
//! differ between two fetches of one feed.

use std::borrow::Cow;

/// Visit parameters in lower case, by the service that adds them. A final `*` matches any ending.
const VISIT: &[(&str, &[&str])] = &[
    ("campaign parameters of Google Analytics, which others read too", &["utm_*", "_ga", "_gl", "_gac", "srsltid"]),
    ("clicks on advertisements: Google", &["gclid", "gclsrc", "dclid", "gbraid", "wbraid"]),
    (
        "clicks: Microsoft, Yandex, TikTok, LinkedIn, Pinterest",
        &["msclkid", "yclid", "ysclid", "ttclid", "li_fat_id", "epik"],
    ),
    (
        "shares: Facebook, Instagram, X",
        &["fbclid", "igshid", "igsh", "twclid", "ref_src", "ref_url", "__twitter_impression"],
    ),
    (
        "newsletters: Mailchimp, Marketo, HubSpot, Drip, Vero, Omeda, Eloqua, MailerLite",
        &[
            "mc_cid",
            "mc_eid",
            "mkt_tok",
            "_hsenc",
            "_hsmi",
            "__hssc",
            "__hstc",
            "__hsfp",
            "__s",
            "vero_id",
            "vero_conv",
            "oly_anon_id",
            "oly_enc_id",
            "elqtrack",
            "elqtrackid",
            "ml_subscriber",
            "ml_subscriber_hash",
        ],
    ),
    ("AT Internet, on feeds of French publishers and the BBC", &["xtor", "xtref", "xtcr", "at_*"]),
    ("Matomo and Piwik", &["mtm_*", "pk_*", "piwik_*", "matomo_*"]),
    (
        "Adobe, Webtrends, Comscore",
        &[
            "s_cid",
            "sc_cid",
            "sc_campaign",
            "wt_mc",
            "wt_zmc",
            "wt.mc_id",
            "wt.rss_f",
            "wt.rss_a",
            "wt.rss_ev",
            "ns_mchannel",
            "ns_source",
            "ns_campaign",
            "ns_linkname",
            "ns_fee",
        ],
    ),
    (
        "publishers' own: CNN, MSN, Yahoo, Guardian, Washington Post, New York Times, Alibaba",
        &[
            "cmpid",
            "ocid",
            "ncid",
            "cmp",
            "wpisrc",
            "smid",
            "partnerlink",
            "guccounter",
            "guce_referrer",
            "guce_referrer_sig",
            "soc_src",
            "soc_trk",
            "spm",
            "ftag",
            "intcid",
            "ex_cid",
        ],
    ),
    (
        "Openstat, and services that count clicks for others",
        &["_openstat", "rb_clickid", "wickedid", "ob_click_id", "tblci", "dm_i"],
    ),
];

/// Parameters that name a web server's session, lower case.
const SESSION: &[&str] = &[
    // Java, PHP, ASP, ColdFusion.
    "jsessionid",
    "phpsessid",
    "aspsessionid*",
    "cfid",
    "cftoken",
    // Shops: osCommerce, Zen Cart, xt:Commerce.
    "oscsid",
    "zenid",
    "xtcsid",
    // Hand-written servers.
    "sessionid",
    "session_id",
    "sessid",
];
/// Parameters that name a session only if their value looks like one: `sid=12` may be a page. Used by phpBB and
/// vBulletin.
const PERHAPS_SESSION: &[&str] = &["sid", "s", "session", "sess", "token"];
/// Parameters that prevent caching by proxies, if their value is a long number.
const UNCACHED: &[&str] = &["_", "cb", "nocache", "cachebuster", "rnd", "rand", "random"];

/// Returns an address, or the part of one after its scheme, without visit parameters.
#[must_use]
pub fn without_visit(address: &str) -> Cow<'_, str> {
    let bytes = address.as_bytes();
    if memchr::memchr3(b'?', b';', b'#', bytes).is_none() && memchr::memchr(b'(', bytes).is_none() {
        return address.into();
    }
    let (rest, fragment) = part(address, '#');
    let (path, query) = part(rest, '?');
    let kept_path = without_session(path);
    let (kept_query, kept_fragment) = (query.map(kept), fragment.map(kept));
    let is_kept = |part: Option<&str>, kept: &Option<String>| part == kept.as_deref();
    if kept_path.is_none() && is_kept(query, &kept_query) && is_kept(fragment, &kept_fragment) {
        return address.into();
    }
    let mut all = kept_path.unwrap_or_else(|| path.to_owned());
    for (mark, part, kept) in [('?', query, kept_query), ('#', fragment, kept_fragment)] {
        if let Some(kept) = kept.filter(|kept| !kept.is_empty() || part == Some("")) {
            all.push(mark);
            all.push_str(&kept);
        }
    }
    all.into()
}

fn part(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Returns the parameters that belong to the page.
fn kept(query: &str) -> String {
    query.split('&').filter(|part| !is_visit(part)).collect::<Vec<_>>().join("&")
}

/// Returns a path without a session's parameter (`;jsessionid=…`) or folder (`/(S(…))/`, ASP.NET). Returns `None` if it
/// has neither.
fn without_session(path: &str) -> Option<String> {
    let is_session = |part: &str| {
        let (name, _) = part.split_once('=').unwrap_or((part, ""));
        is_listed(SESSION, &name.to_ascii_lowercase())
    };
    let is_folder = |part: &str| part.starts_with('(') && part.ends_with("))") && part.contains("S(");
    let folders = path.split('/').filter(|part| !is_folder(part));
    let kept = |folder: &str| folder.split(';').filter(|part| !is_session(part)).collect::<Vec<_>>().join(";");
    let all = folders.map(kept).collect::<Vec<_>>().join("/");
    (all != path).then_some(all)
}

fn is_visit(parameter: &str) -> bool {
    // Some feeds escape the ampersand between two parameters once too often.
    let parameter = parameter.strip_prefix("amp;").unwrap_or(parameter);
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let name = name.to_ascii_lowercase();
    let is_token = || {
        let has = |is: fn(&u8) -> bool| value.bytes().any(|byte| is(&byte));
        let is_long = value.len() >= 24 && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_long && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    };
    let is_count = || value.len() >= 8 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    VISIT.iter().any(|(_, names)| is_listed(names, &name))
        || is_listed(SESSION, &name)
        || (is_listed(PERHAPS_SESSION, &name) && is_token())
        || (is_listed(UNCACHED, &name) && is_count())
}

fn is_listed(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.strip_suffix('*').map_or(name == *known, |begin| name.starts_with(begin)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn visit_parameters_are_removed() {
        let table = [
            ("https://a.invalid/b?utm_source=x&fbclid=1", "https://a.invalid/b"),
            ("a.invalid/?id=1&UTM_Source=x&n=2", "a.invalid/?id=1&n=2"),
            ("a.invalid/b?id=1&amp;utm_medium=rss&amp;at_medium=RSS", "a.invalid/b?id=1"),
            ("a.invalid/b.html#xtor=RSS-3208", "a.invalid/b.html"),
            ("a.invalid/b?at_campaign=64&at_medium=RSS#top", "a.invalid/b#top"),
            ("a.invalid/b;jsessionid=0AF3?id=1", "a.invalid/b?id=1"),
            ("a.invalid/(S(lit3py55t21z5v55vlm25s55))/b.aspx", "a.invalid/b.aspx"),
            ("a.invalid/b?PHPSESSID=q1w2&id=1", "a.invalid/b?id=1"),
            ("a.invalid/t.php?t=5&sid=0123456789abcdef0123456789abcdef", "a.invalid/t.php?t=5"),
            ("a.invalid/b?_=1720000000123", "a.invalid/b"),
        ];
        for (address, page) in table {
            assert_eq!(without_visit(address), page, "{address}");
        }
    }

    #[test]
    fn parameters_that_may_name_the_page_stay() {
        for address in [
            "https://a.invalid/b",
            "a.invalid/?",
            "a.invalid/article.php?sid=1234&s=2",
            "a.invalid/b?id=gclid&cid=7",
            "a.invalid/b;v=2?a=1;b=2",
            "a.invalid/b#section",
            "a.invalid/b?token=short1&rnd=7",
            "a.invalid/(a)/b",
        ] {
            assert!(matches!(without_visit(address), Cow::Borrowed(same) if same == address), "{address}");
        }
    }
}
