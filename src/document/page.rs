//! The beginning and the end of a self-contained HTML page, without scripts, external images or external fonts.

use std::io::{self, Write};

use super::markup::escaped;

/// The style sheet, with light, dark and print modes.
const STYLE: &str = "\
:root{--ink:#1d1f21;--dim:#5f6368;--line:#d9d6cf;--paper:#fdfcf9;--accent:#8a4b00;--bar:#6f8fb8}\
@media(prefers-color-scheme:dark){:root{--ink:#e2e2df;--dim:#a0a4a9;--line:#3a3d42;--paper:#17191c;--accent:#f0b43c;--bar:#5b80ab}}\
*{box-sizing:border-box}a{color:var(--accent)}body{margin:0 auto;padding:2.5rem 1.25rem 4rem;max-width:46rem;background:var(--paper);color:var(--ink);\
font:1.06rem/1.55 Charter,Georgia,'Times New Roman',serif}\
header{border-bottom:3px double var(--line);padding-bottom:1rem;margin-bottom:1rem}\
h1{font-size:2rem;line-height:1.15;margin:0 0 .3rem;letter-spacing:-.01em}\
.summary,.facts,nav,footer{color:var(--dim);font:.86rem/1.5 system-ui,sans-serif}.summary{margin:0}\
svg{display:block;width:100%;height:5rem;margin:1rem 0 .2rem}rect{fill:var(--bar)}\
.ends{display:flex;justify-content:space-between}nav ul{list-style:none;padding:0;margin:1rem 0;columns:2;column-gap:2rem}\
nav li{break-inside:avoid}nav span{float:right}nav a{color:inherit}\
h2{font:600 .86rem/1.4 system-ui,sans-serif;letter-spacing:.08em;text-transform:uppercase;color:var(--accent);\
border-bottom:1px solid var(--line);padding-bottom:.3rem;margin:2.6rem 0 1rem}\
article{margin:0 0 1.5rem;break-inside:avoid}body>article+article{border-top:1px solid var(--line);padding-top:1.5rem}h3{font-size:1.18rem;line-height:1.3;margin:0}h3 a{color:inherit;\
text-decoration:none}h3 a:hover,h3 a:focus{text-decoration:underline}.facts{margin:.15rem 0 .25rem}p{margin:.2rem 0}\
.text p{margin:.7rem 0}.text :is(h1,h2,h3,h4,h5,h6){font-size:1.05rem;margin:1rem 0 .3rem;text-transform:none;letter-spacing:0;\
border:0;color:inherit}article.text>h1:first-child{font-size:1.6rem;margin:0 0 .3rem}ul.facts{padding-left:1.2rem}blockquote{margin:.8rem 0;padding-left:1rem;border-left:3px solid var(--line)}pre{overflow:auto}\
table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:.2rem .6rem}\
footer{border-top:1px solid var(--line);margin-top:3rem;padding-top:.8rem}\
@media(max-width:34rem){nav ul{columns:1}h1{font-size:1.6rem}}@media print{body{max-width:none;padding:0}nav{display:none}}";

/// Forbids scripts and external resources, as a second line of defence behind the escaping.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">";

/// Writes the head of a page and opens its body.
pub(super) fn begin(title: &str, out: &mut impl Write) -> io::Result<()> {
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         {POLICY}\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        escaped(title)
    )
}

/// Closes the body of a page.
pub(super) fn end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"</body>\n</html>\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::contrast;

    #[test]
    fn ink_has_enough_contrast_on_light_and_dark_paper() {
        let colour = |sheet: &str, name: &str| {
            let value = sheet.split_once(&format!("--{name}:#")).and_then(|(_, rest)| rest.get(..6)).expect("a colour");
            u32::from_str_radix(value, 16).expect("a number")
        };
        let (light, dark) = STYLE.split_once("@media(prefers-color-scheme:dark)").expect("both modes");
        for sheet in [light, dark] {
            for ink in ["ink", "dim", "accent"] {
                let found = contrast(colour(sheet, ink), colour(sheet, "paper"));
                assert!(found >= 4.5, "{ink}: {found}");
            }
        }
    }
}
