//! The rules that a feed can break, as a table: stable name, severity, what is wrong, which specification says so
//! (paraphrased), and how to fix it.

/// How serious breaking a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The format forbids it, or something is lost.
    Error,
    /// Readers handle it differently.
    Warning,
    /// Allowed, but worth knowing.
    Note,
}

impl Severity {
    /// All severities, worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Note];

    /// Returns the name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A rule that a feed can break.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The name, stable between versions: `rss/guid-not-url`.
    pub name: &'static str,
    /// The severity.
    pub severity: Severity,
    /// What is wrong, as a sentence without a full stop.
    pub what: &'static str,
    /// The specification, and what it says.
    pub source: &'static str,
    /// How to fix it.
    pub fix: &'static str,
}

macro_rules! rules {
    ($($id:ident $severity:ident $name:literal $what:literal $source:literal $fix:literal)*) => {
        /// Names a rule of the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the table says what each is")]
        pub enum RuleId { $($id),* }

        /// The table, in the order of [`RuleId`].
        pub const RULES: &[Rule] = &[$(Rule {
            name: $name,
            severity: Severity::$severity,
            what: $what,
            source: $source,
            fix: $fix,
        }),*];

        impl RuleId {
            /// All rules.
            pub const ALL: &[Self] = &[$(Self::$id),*];
        }
    };
}

impl RuleId {
    /// Returns the rule's row of the table.
    #[must_use]
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }
}

#[rustfmt::skip]
rules! {
    CutOff Error "text/cut-off"
        "the document is cut off"
        "XML 1.0 section 2.1 and RFC 8259 section 2: every element, object and list must be closed"
        "publish the whole document; a transfer or the program that writes it was interrupted"
    NotUtf8 Error "text/not-utf-8"
        "bytes that are invalid in the document's character set"
        "XML 1.0 section 4.3.3 and RFC 8259 section 8.1: the whole text is in one character set"
        "convert every text to UTF-8 before adding it to the feed"
    EncodingGuessed Warning "text/encoding-guessed"
        "the character set is neither UTF-8 nor declared and had to be guessed"
        "XML 1.0 section 4.3.3: anything but UTF-8 and UTF-16 must be declared; RFC 8259 section 8.1: JSON is UTF-8"
        "write the feed in UTF-8"
    EncodingMismatch Error "text/encoding-mismatch"
        "the document is not in the character set that it declares"
        "XML 1.0 section 4.3.3: it is an error to declare a character set other than the one used"
        "write it in UTF-8, and declare UTF-8 or nothing"
    ReadFailed Error "text/read-failed"
        "the source could not be read to the end"
        "not a fault of the feed: the disk, the pipe or the compressed data failed"
        "try again, or compress it again"

    TableQuote Error "table/quote"
        "a cell begins with a quote that is not closed"
        "RFC 4180 section 2: a cell with quotes or line breaks is in quotes, and quotes in it are doubled"
        "write the table with a CSV library rather than by joining strings"
    TableCells Warning "table/cells"
        "a row has more or fewer cells than there are columns"
        "RFC 4180 section 2: each row has the same number of cells"
        "write empty cells too, and put cells with the delimiter in quotes"
    TableNul Warning "table/nul"
        "a cell contains NUL characters, which are left out"
        "RFC 4180 section 2: a cell consists of printable characters and line breaks"
        "export the table as text in UTF-8"

    NotWellFormed Error "xml/not-well-formed"
        "the markup is not well-formed"
        "XML 1.0 section 2.1: elements nest and have matching end tags; attributes are quoted and not repeated"
        "write the feed with an XML library rather than by joining strings"
    BareAmpersand Error "xml/bare-ampersand"
        "an & that does not begin an entity"
        "XML 1.0 section 2.4: a literal & is allowed only in CDATA and comments"
        "write &amp;"
    BareLessThan Error "xml/bare-less-than"
        "a < that does not begin a tag"
        "XML 1.0 section 2.4: a literal < is allowed only in CDATA and comments"
        "write &lt;"
    EntityUndeclared Error "xml/entity-undeclared"
        "an HTML entity that XML does not define"
        "XML 1.0 section 4.1: entities other than amp, lt, gt, apos and quot must be declared"
        "write the character itself, or a numeric reference such as &#160;"
    CharacterInvalid Error "xml/character-invalid"
        "a control character that XML does not allow"
        "XML 1.0 section 2.2: below U+0020 only tab, line feed and carriage return are allowed"
        "remove it from the text"
    PrefixUndeclared Error "xml/prefix-undeclared"
        "an undeclared namespace prefix"
        "Namespaces in XML 1.0 section 5: a prefix must be declared on the element or an enclosing one"
        "declare it on the root element, such as xmlns:dc=\"http://purl.org/dc/elements/1.1/\""

    NotJson Error "json/not-json"
        "the text is not valid JSON"
        "RFC 8259"
        "write the feed with a JSON library rather than by joining strings"
    JsonMended Error "json/mended"
        "a string contains characters that JSON forbids; the item was repaired and read"
        "RFC 8259 section 7: control characters are escaped; section 8.2: unpaired surrogates have no meaning"
        "escape control characters as \\u0000, and do not cut texts inside a character"
    JsonComma Error "json/comma"
        "a comma is missing or superfluous"
        "RFC 8259 section 5: a comma separates two values and is allowed nowhere else"
        "write the feed with a JSON library rather than by joining strings"
    JsonEncoding Error "json/encoding"
        "the document is not in UTF-8"
        "RFC 8259 section 8.1: JSON exchanged between systems is in UTF-8"
        "write it in UTF-8"
    JsonRepeatedKey Warning "json/key-repeated"
        "an object has the same key twice"
        "RFC 8259 section 4: names should be unique, and readers differ in which value they use"
        "write each key once"

    JsonFeedVersionMissing Error "json-feed/version-missing"
        "the feed has no version"
        "JSON Feed 1.1, top level: version is required"
        "add \"version\": \"https://jsonfeed.org/version/1.1\""
    JsonFeedVersionWrong Error "json-feed/version-wrong"
        "the version is not a version of JSON Feed"
        "JSON Feed 1.1, top level: version is the address of the specification"
        "write exactly https://jsonfeed.org/version/1.1"
    JsonFeedTitleMissing Error "json-feed/title-missing"
        "the feed has no title"
        "JSON Feed 1.1, top level: title is required"
        "add a title"
    JsonFeedItemsMissing Error "json-feed/items-missing"
        "the feed has no list of items"
        "JSON Feed 1.1, top level: items is required, even if empty"
        "add \"items\": []"
    JsonFeedIdMissing Error "json-feed/id-missing"
        "the item has no id"
        "JSON Feed 1.1, items: id is required; an item without one must be ignored"
        "give each item an id that never changes, preferably its address"
    JsonFeedIdType Warning "json-feed/id-not-text"
        "the id is not a string"
        "JSON Feed 1.1, items: id is a string; readers must convert anything else into one"
        "put the id in quotes"
    JsonFeedIdDuplicate Error "json-feed/id-duplicate"
        "another item has the same id"
        "JSON Feed 1.1, items: an id is unique within the feed and never reused"
        "give each item a unique id; readers show only one of the two"
    JsonFeedContentMissing Error "json-feed/content-missing"
        "the item has neither content_html nor content_text"
        "JSON Feed 1.1, items: at least one of the two is required"
        "add content_text, even if empty"
    JsonFeedDate Error "json-feed/date-invalid"
        "the date is not in the required format"
        "JSON Feed 1.1, items: dates follow RFC 3339"
        "write it as 2018-11-06T10:00:00+01:00"
    JsonFeedUrl Warning "json-feed/url-not-absolute"
        "an address is not absolute"
        "JSON Feed 1.1 defines no base for relative addresses"
        "write it in full, with https://"
    JsonFeedType Error "json-feed/member-type"
        "a member has a value of the wrong type"
        "JSON Feed 1.1 defines the type of each member"
        "use the type in the specification"
    JsonFeedUnknown Warning "json-feed/member-unknown"
        "the specification defines no such member"
        "JSON Feed 1.1, extensions: custom members begin with an underscore and contain objects"
        "correct the spelling, or move it into an object whose name begins with _"
    JsonFeedAuthor Note "json-feed/author-deprecated"
        "author is deprecated in favour of authors"
        "JSON Feed 1.1 replaces author with authors, a list"
        "add authors; keep author for older readers"
    JsonFeedAuthorEmpty Error "json-feed/author-empty"
        "an author has neither name nor url nor avatar"
        "JSON Feed 1.1, authors: at least one of the three is required"
        "add the name, or leave the author out"
    JsonFeedAttachment Error "json-feed/attachment-incomplete"
        "an attachment lacks url or mime_type"
        "JSON Feed 1.1, attachments: both are required"
        "add them"
    JsonFeedTitleMarkup Warning "json-feed/title-markup"
        "a title contains markup"
        "JSON Feed 1.1, items: title is plain text; most readers show the tags"
        "write it without tags and entities"
    JsonFeedTextMarkup Warning "json-feed/text-markup"
        "content_text or summary contains markup"
        "JSON Feed 1.1, items: both are plain text"
        "move markup to content_html"

    RssVersionMissing Error "rss/version-missing"
        "the root element has no version"
        "RSS 2.0: the attribute version of rss is required"
        "write <rss version=\"2.0\">"
    RssVersionUnknown Warning "rss/version-unknown"
        "the version is not a version of RSS"
        "RSS 2.0: the version is 2.0; earlier versions are 0.91 to 0.94"
        "write version=\"2.0\""
    RssChannelMissing Error "rss/channel-missing"
        "there is no channel"
        "RSS 2.0: rss contains one channel, which contains the items"
        "put title, link, description and the items into a channel"
    RssTitleMissing Error "rss/channel-title-missing"
        "the channel has no title"
        "RSS 2.0, required channel elements: title"
        "add a title"
    RssLinkMissing Error "rss/channel-link-missing"
        "the channel has no link"
        "RSS 2.0, required channel elements: link, the address of the site"
        "add the address of the site"
    RssDescriptionMissing Error "rss/channel-description-missing"
        "the channel has no description"
        "RSS 2.0, required channel elements: description"
        "add a description, however short"
    RssItemEmpty Error "rss/item-empty"
        "the item has neither title nor description"
        "RSS 2.0, elements of item: all are optional, but a title or a description is required"
        "add a title"
    RssLink Error "rss/link-not-absolute"
        "a link is not an absolute address"
        "RSS 2.0, comments: links begin with a scheme such as https:"
        "write it in full, with https://"
    RssGuidNotUrl Error "rss/guid-not-url"
        "the guid is not an address, but isPermaLink is not false"
        "RSS 2.0, guid: unless isPermaLink is false, the guid is an address that opens in a browser"
        "add isPermaLink=\"false\""
    RssGuidDuplicate Error "rss/guid-duplicate"
        "another item has the same guid"
        "RSS 2.0, guid: it uniquely identifies the item"
        "give each item a unique guid; readers show only one of the two"
    RssIdentityMissing Warning "rss/guid-missing"
        "the item has neither guid nor link"
        "RSS 2.0, guid: without it readers cannot tell whether an item is new"
        "add a guid that never changes"
    RssDate Error "rss/date-invalid"
        "the date is not in the required format"
        "RSS 2.0: dates follow RFC 822, with two-digit or four-digit years"
        "write it as Tue, 06 Nov 2018 10:00:00 +0100"
    RssTitleMarkup Warning "rss/title-markup"
        "a title contains markup"
        "RSS 2.0 allows markup only in description; many readers show tags in a title"
        "write it without tags and entities"
    RssUnescaped Warning "rss/markup-unescaped"
        "markup is mixed with the elements of the feed"
        "RSS 2.0, description: HTML is escaped or in CDATA"
        "escape it, or put it in CDATA"
    RssEnclosure Error "rss/enclosure-incomplete"
        "an enclosure lacks url, length or type, or its length is not a number"
        "RSS 2.0, enclosure: all three are required; length is in bytes"
        "add them; write length=\"0\" if unknown"
    RssAuthor Note "rss/author-not-mail"
        "the author is not an e-mail address"
        "RSS 2.0, author: the e-mail address of the author"
        "write mail@example.org (Name), or use dc:creator for a name"
    RssSource Error "rss/source-incomplete"
        "source has no url"
        "RSS 2.0, source: the attribute url is required"
        "add the address of the feed that the item came from"
    RssImage Error "rss/image-incomplete"
        "the image lacks url, title or link"
        "RSS 2.0, image: all three are required"
        "add them"
    RssRepeated Warning "rss/element-repeated"
        "an element is repeated"
        "RSS 2.0 describes one of each; readers differ in which one they use"
        "keep one"
    RssUnknown Warning "rss/element-unknown"
        "the format defines no such element here"
        "RSS 2.0, extending: other elements belong in a namespace; names are case-sensitive"
        "correct the spelling, or put it in a namespace"

    RdfChannelTitle Error "rdf/channel-title-missing"
        "the channel has no title"
        "RSS 1.0 section 5.3.1: title is required"
        "add a title"
    RdfChannelLink Error "rdf/channel-link-missing"
        "the channel has no link"
        "RSS 1.0 section 5.3.2: link is required"
        "add the address of the site"
    RdfChannelDescription Error "rdf/channel-description-missing"
        "the channel has no description"
        "RSS 1.0 section 5.3.3: description is required"
        "add a description, however short"
    RdfChannelItems Error "rdf/items-missing"
        "the channel does not list its items"
        "RSS 1.0 section 5.3.5: items contains an rdf:Seq that lists each item"
        "add items with an rdf:li for each item"
    RdfAbout Error "rdf/about-missing"
        "rdf:about is missing"
        "RSS 1.0 sections 5.3 and 5.5: it identifies the channel and each item"
        "add rdf:about with the item's address"
    RdfAboutDuplicate Error "rdf/about-duplicate"
        "another item has the same rdf:about"
        "RSS 1.0 section 5.5: it is unique within the document"
        "give each item its own address"
    RdfItemTitle Error "rdf/item-title-missing"
        "the item has no title"
        "RSS 1.0 section 5.5.1: title is required"
        "add a title"
    RdfItemLink Error "rdf/item-link-missing"
        "the item has no link"
        "RSS 1.0 section 5.5.2: link is required"
        "add the item's address"
    DcDate Error "dc/date-invalid"
        "the date is not in the required format"
        "Dublin Core module: dc:date follows W3CDTF, a profile of ISO 8601"
        "write it as 2018-11-06 or 2018-11-06T10:00+01:00"

    AtomNamespace Error "atom/namespace-missing"
        "the root element is not in the Atom namespace"
        "RFC 4287 section 1.2: Atom elements are in http://www.w3.org/2005/Atom"
        "write <feed xmlns=\"http://www.w3.org/2005/Atom\">"
    AtomOld Note "atom/version-old"
        "the feed is in Atom 0.3, a draft, whose rules are not checked"
        "RFC 4287 replaced it in 2005"
        "publish Atom 1.0"
    AtomFeedId Error "atom/feed-id-missing"
        "the feed has no id"
        "RFC 4287 section 4.1.1: exactly one is required"
        "add an id that never changes, preferably the address of the feed"
    AtomFeedTitle Error "atom/feed-title-missing"
        "the feed has no title"
        "RFC 4287 section 4.1.1: exactly one is required"
        "add a title"
    AtomFeedUpdated Error "atom/feed-updated-missing"
        "the feed does not say when it was updated"
        "RFC 4287 section 4.1.1: exactly one updated is required"
        "add updated with the latest time of an entry"
    AtomFeedSelf Note "atom/self-link-missing"
        "the feed does not name its own address"
        "RFC 4287 section 4.1.1: there should be a link with rel=\"self\""
        "add it; readers need it when the feed moves"
    AtomEntryId Error "atom/entry-id-missing"
        "the entry has no id"
        "RFC 4287 section 4.1.2: exactly one is required"
        "add an id that never changes"
    AtomEntryTitle Error "atom/entry-title-missing"
        "the entry has no title"
        "RFC 4287 section 4.1.2: exactly one is required, even if empty"
        "add a title"
    AtomEntryUpdated Error "atom/entry-updated-missing"
        "the entry does not say when it was updated"
        "RFC 4287 section 4.1.2: exactly one updated is required"
        "add updated"
    AtomAuthor Error "atom/author-missing"
        "neither the entry nor the feed has an author"
        "RFC 4287 section 4.1.2: one of them, or the entry's source, must have one"
        "add an author with a name to the feed"
    AtomLink Error "atom/link-missing"
        "the entry has neither content nor a link to it"
        "RFC 4287 section 4.1.2: without content, a link with rel=\"alternate\" is required"
        "add the address of the entry"
    AtomIri Error "atom/id-not-iri"
        "an id is not an absolute address"
        "RFC 4287 section 4.2.6: an id is an absolute IRI"
        "use the address, or a tag: or urn:uuid: identifier"
    AtomIdDuplicate Warning "atom/id-duplicate"
        "another entry has the same id and the same time"
        "RFC 4287 section 4.1.1: entries with the same id should differ in updated"
        "give each entry a unique id; readers show only one of the two"
    AtomDate Error "atom/date-invalid"
        "the date is not in the required format"
        "RFC 4287 section 3.3: dates follow RFC 3339, with capital T and Z"
        "write it as 2018-11-06T10:00:00+01:00"
    AtomTerm Error "atom/category-term-missing"
        "a category has no term"
        "RFC 4287 section 4.2.2.1: the attribute term is required"
        "add term; the text of the element is ignored"
    AtomHref Error "atom/link-href-missing"
        "a link has no href"
        "RFC 4287 section 4.2.7.1: the attribute href is required"
        "put the address into href; the text of the element is ignored"
    AtomLinkRelative Warning "atom/link-relative"
        "a link is relative and there is no xml:base"
        "RFC 4287 section 2: relative addresses are resolved against xml:base, or the document's own address"
        "write it in full, or add xml:base; a saved feed does not know its own address"
    AtomPerson Error "atom/person-name-missing"
        "a person has no name"
        "RFC 4287 section 3.2.1: exactly one name is required"
        "add the name"
    AtomType Error "atom/text-type-unknown"
        "the type of a text is not text, html or xhtml"
        "RFC 4287 section 3.1.1: only these three are allowed, not a media type"
        "write type=\"html\" for escaped markup"
    AtomChildren Error "atom/markup-unescaped"
        "a text contains elements, but is not declared as xhtml"
        "RFC 4287 sections 3.1.1.1, 3.1.1.2 and 4.1.3.3: text and html contain no elements"
        "escape the markup, or write type=\"xhtml\" and wrap it in a div"
    AtomDiv Error "atom/xhtml-div-missing"
        "a text declared as xhtml is not one div"
        "RFC 4287 sections 3.1.1.3 and 4.1.3.3: the content is a single xhtml:div"
        "wrap it in a div"
    AtomTextMarkup Warning "atom/text-markup"
        "a text that is not declared as html contains escaped markup"
        "RFC 4287 section 3.1.1.1: such text is displayed literally, with its tags"
        "write type=\"html\""
    AtomRepeated Error "atom/element-repeated"
        "an element is repeated where only one is allowed"
        "RFC 4287 sections 4.1.1 and 4.1.2: at most one of each"
        "keep one"

    CategoryEmpty Warning "feed/category-empty"
        "a category has no name"
        "every format requires a name; readers show an empty topic"
        "add a name, or leave it out"
    DateFuture Warning "feed/date-future"
        "the date is in the future"
        "no format forbids it; readers keep such an item at the top until that day, or hide it"
        "publish the item on that day, and check the year and the time zone"
    DateMissing Note "feed/date-missing"
        "the item has no readable date"
        "only Atom requires one; readers put such items last, or use the time at which they first saw them"
        "add a date"
    DatePlaceholder Warning "feed/date-placeholder"
        "the date is a placeholder"
        "programs write 0001-01-01, 0000-00-00 or 1970-01-01T00:00:00Z for a missing date; readers sort by it"
        "leave the date out if there is none"
    DateUnreadable Warning "feed/date-unreadable"
        "the date is unreadable or ambiguous"
        "dates in the form of RFC 3339 are unambiguous"
        "write it as 2018-11-06T10:00:00+01:00"
    LinkUnusable Warning "feed/link-unusable"
        "the link cannot be opened"
        "readers open absolute http and https addresses"
        "write it in full, with https://"
    FieldType Warning "feed/field-type"
        "a field has a value that cannot be shown"
        "tidings reads texts, numbers, lists of them and objects with a name"
        "write it as text"
    IdDuplicate Warning "feed/id-duplicate"
        "another item has the same id"
        "an id identifies one item; readers show only one of the two"
        "give each item a unique id"
    ItemUnreadable Error "feed/item-unreadable"
        "the item could not be read"
        "an item has a title, a text or a link"
        "add a title, or leave the item out"
    NoItems Note "feed/no-items"
        "the feed has no items"
        "every format allows this"
        "nothing to do if nothing has been published yet"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_lower_case_words_and_unique() {
        let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!((names.len(), RULES.len()), (RULES.len(), RuleId::ALL.len()));
        for (id, rule) in RuleId::ALL.iter().zip(RULES) {
            assert_eq!(id.rule(), rule);
            let is_word = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            assert!(rule.name.split('/').count() == 2 && rule.name.split('/').all(is_word), "{}", rule.name);
            for text in [rule.what, rule.source, rule.fix] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{}: {text}", rule.name);
            }
        }
    }
}
