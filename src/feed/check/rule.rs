//! The rules that a feed can break, as a table: a stable name, how much it matters, what is wrong, where that is said
//! (in our words), and what to do.

/// How much breaking a rule matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The format forbids it, or something is lost.
    Error,
    /// Readers differ in what they make of it.
    Warning,
    /// Allowed, and yet worth knowing.
    Note,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Note];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What a feed can break.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, which stays the same from version to version: `rss/guid-not-url`.
    pub name: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in a sentence without its point.
    pub what: &'static str,
    /// Who says so.
    pub source: &'static str,
    /// What to do.
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
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$id),*];
        }
    };
}

impl RuleId {
    /// What the table says of it.
    #[must_use]
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }
}

#[rustfmt::skip]
rules! {
    CutOff Error "text/cut-off"
        "the document ends before it is complete"
        "XML 1.0 section 2.1 and RFC 8259 section 2: every element, object and list is closed"
        "publish the whole document: a transfer or a program that writes it broke off"
    NotUtf8 Error "text/not-utf-8"
        "bytes that are no characters of the document's character set"
        "XML 1.0 section 4.3.3 and RFC 8259 section 8.1: the text is in one character set throughout"
        "convert every text to UTF-8 before it goes into the feed"
    EncodingGuessed Warning "text/encoding-guessed"
        "the character set is neither UTF-8 nor declared, so that it has to be guessed"
        "XML 1.0 section 4.3.3: anything but UTF-8 and UTF-16 has to be declared; RFC 8259 section 8.1: JSON is UTF-8"
        "write the feed in UTF-8"
    EncodingMismatch Error "text/encoding-mismatch"
        "the document is written in another character set than it declares"
        "XML 1.0 section 4.3.3: it is an error to declare a character set other than the one used"
        "write it in UTF-8 and declare UTF-8, or nothing"
    ReadFailed Error "text/read-failed"
        "the source could not be read to its end"
        "nothing that a feed does: the disk, the pipe or the packed data failed"
        "read it again, or pack it again"

    NotWellFormed Error "xml/not-well-formed"
        "the markup is not well-formed"
        "XML 1.0 section 2.1: elements nest and are closed by their own name, attributes are quoted and stand once"
        "write the feed with an XML library rather than by joining texts"
    BareAmpersand Error "xml/bare-ampersand"
        "an & that begins no entity"
        "XML 1.0 section 2.4: & stands for itself only in CDATA and comments"
        "write &amp;"
    BareLessThan Error "xml/bare-less-than"
        "a < that begins no tag"
        "XML 1.0 section 2.4: < stands for itself only in CDATA and comments"
        "write &lt;"
    EntityUndeclared Error "xml/entity-undeclared"
        "an entity of HTML that XML does not know"
        "XML 1.0 section 4.1: but for amp, lt, gt, apos and quot, entities have to be declared"
        "write the character itself, or its number such as &#160;"
    CharacterInvalid Error "xml/character-invalid"
        "a control character that XML does not allow"
        "XML 1.0 section 2.2: of the characters below U+0020 only tab, line feed and carriage return"
        "take it out of the text"
    PrefixUndeclared Error "xml/prefix-undeclared"
        "a prefix that no xmlns declares"
        "Namespaces in XML 1.0 section 5: a prefix has to be declared on the element or one around it"
        "declare it on the root element, such as xmlns:dc=\"http://purl.org/dc/elements/1.1/\""

    NotJson Error "json/not-json"
        "the text is no JSON here"
        "RFC 8259"
        "write the feed with a JSON library rather than by joining texts"
    JsonMended Error "json/mended"
        "a string holds what JSON does not allow; the item was mended and read"
        "RFC 8259 section 7: controls are escaped; section 8.2: halves of surrogate pairs mean nothing"
        "escape controls as \\u0000, and cut texts between characters"
    JsonComma Error "json/comma"
        "a comma is missing, or stands where nothing follows"
        "RFC 8259 section 5: a comma stands between two values and nowhere else"
        "write the feed with a JSON library rather than by joining texts"
    JsonEncoding Error "json/encoding"
        "the document is not in UTF-8"
        "RFC 8259 section 8.1: JSON that programs exchange is in UTF-8"
        "write it in UTF-8"
    JsonRepeatedKey Warning "json/key-repeated"
        "an object has the same key twice"
        "RFC 8259 section 4: names should be unique, and readers differ in which of two they take"
        "write each key once"

    JsonFeedVersionMissing Error "json-feed/version-missing"
        "the feed has no version"
        "JSON Feed 1.1, top level: version is required"
        "add \"version\": \"https://jsonfeed.org/version/1.1\""
    JsonFeedVersionWrong Error "json-feed/version-wrong"
        "the version is none of JSON Feed's"
        "JSON Feed 1.1, top level: version is the address of the version's specification"
        "write https://jsonfeed.org/version/1.1, to the letter"
    JsonFeedTitleMissing Error "json-feed/title-missing"
        "the feed has no title"
        "JSON Feed 1.1, top level: title is required"
        "add a title"
    JsonFeedItemsMissing Error "json-feed/items-missing"
        "the feed has no list of items"
        "JSON Feed 1.1, top level: items is required, if empty"
        "add \"items\": []"
    JsonFeedIdMissing Error "json-feed/id-missing"
        "the item has no id"
        "JSON Feed 1.1, items: id is required; an item without one must be ignored"
        "give each item an id that never changes, best its address"
    JsonFeedIdType Warning "json-feed/id-not-text"
        "the id is no text"
        "JSON Feed 1.1, items: id is a string; readers have to turn anything else into one"
        "put the id in quotes"
    JsonFeedIdDuplicate Error "json-feed/id-duplicate"
        "another item has the same id"
        "JSON Feed 1.1, items: an id is unique within the feed, for all time"
        "give each item an id of its own; readers show only one of the two"
    JsonFeedContentMissing Error "json-feed/content-missing"
        "the item has neither content_html nor content_text"
        "JSON Feed 1.1, items: one of the two has to be there"
        "add content_text, if empty"
    JsonFeedDate Error "json-feed/date-invalid"
        "the date is not as the format wants it"
        "JSON Feed 1.1, items: dates are in the form of RFC 3339"
        "write it as 2018-11-06T10:00:00+01:00"
    JsonFeedUrl Warning "json-feed/url-not-absolute"
        "an address is no absolute one"
        "JSON Feed 1.1 knows no base that a relative address would go by"
        "write it in full, with https://"
    JsonFeedType Error "json-feed/member-type"
        "a member has a value of the wrong type"
        "JSON Feed 1.1 says of each member what it holds"
        "give it the type that the specification names"
    JsonFeedUnknown Warning "json-feed/member-unknown"
        "the specification knows no such member"
        "JSON Feed 1.1, extensions: names of one's own begin with an underscore and hold objects"
        "correct the spelling, or move it into an object whose name begins with _"
    JsonFeedAuthor Note "json-feed/author-deprecated"
        "author stands where authors is meant to"
        "JSON Feed 1.1 replaces author by authors, a list"
        "add authors; keep author for old readers"
    JsonFeedAuthorEmpty Error "json-feed/author-empty"
        "an author has neither name nor url nor avatar"
        "JSON Feed 1.1, authors: at least one of the three has to be there"
        "add the name, or leave the author out"
    JsonFeedAttachment Error "json-feed/attachment-incomplete"
        "an attachment lacks url or mime_type"
        "JSON Feed 1.1, attachments: both are required"
        "add them"
    JsonFeedTitleMarkup Warning "json-feed/title-markup"
        "a title holds markup"
        "JSON Feed 1.1, items: title is plain text; most readers show the tags"
        "write it without tags and entities"
    JsonFeedTextMarkup Warning "json-feed/text-markup"
        "content_text or summary holds markup"
        "JSON Feed 1.1, items: both are plain text"
        "move markup to content_html"

    RssVersionMissing Error "rss/version-missing"
        "the root element has no version"
        "RSS 2.0: the attribute version of rss is required"
        "write <rss version=\"2.0\">"
    RssVersionUnknown Warning "rss/version-unknown"
        "the version is none of RSS"
        "RSS 2.0: its version is 2.0, those before it are 0.91 to 0.94"
        "write version=\"2.0\""
    RssChannelMissing Error "rss/channel-missing"
        "there is no channel"
        "RSS 2.0: rss holds one channel, and that the items"
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
        "add a description, if short"
    RssItemEmpty Error "rss/item-empty"
        "the item has neither title nor description"
        "RSS 2.0, elements of item: all are optional, but one of title and description has to be there"
        "add a title"
    RssLink Error "rss/link-not-absolute"
        "a link is no absolute address"
        "RSS 2.0, comments: links begin with a scheme such as https:"
        "write it in full, with https://"
    RssGuidNotUrl Error "rss/guid-not-url"
        "the guid is no address, and does not say so"
        "RSS 2.0, guid: unless isPermaLink is false, it is an address that opens in a browser"
        "add isPermaLink=\"false\""
    RssGuidDuplicate Error "rss/guid-duplicate"
        "another item has the same guid"
        "RSS 2.0, guid: it identifies the item and no other"
        "give each item a guid of its own; readers show only one of the two"
    RssIdentityMissing Warning "rss/guid-missing"
        "the item has neither guid nor link"
        "RSS 2.0, guid: without it readers cannot tell whether an item is new"
        "add a guid that never changes"
    RssDate Error "rss/date-invalid"
        "the date is not as the format wants it"
        "RSS 2.0: dates are in the form of RFC 822, with years of two or four digits"
        "write it as Tue, 06 Nov 2018 10:00:00 +0100"
    RssTitleMarkup Warning "rss/title-markup"
        "a title holds markup"
        "RSS 2.0 promises markup in description alone; many readers show the tags of a title"
        "write it without tags and entities"
    RssUnescaped Warning "rss/markup-unescaped"
        "markup stands among the elements of the feed"
        "RSS 2.0, description: HTML in it is escaped, or in CDATA"
        "escape it, or put it in CDATA"
    RssEnclosure Error "rss/enclosure-incomplete"
        "an enclosure lacks url, length or type, or its length is no number"
        "RSS 2.0, enclosure: all three are required, length in bytes"
        "add them; length=\"0\" where nobody knows"
    RssAuthor Note "rss/author-not-mail"
        "the author is no mail address"
        "RSS 2.0, author: it is the mail address of the author"
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
        "an element stands twice where one is meant to"
        "RSS 2.0 describes one of each; readers differ in which of two they take"
        "keep one"
    RssUnknown Warning "rss/element-unknown"
        "the format knows no such element here"
        "RSS 2.0, extending: elements that it does not describe belong in a namespace; names are case-sensitive"
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
        "add a description, if short"
    RdfChannelItems Error "rdf/items-missing"
        "the channel does not list its items"
        "RSS 1.0 section 5.3.5: items holds an rdf:Seq that names each item"
        "add items with a rdf:li for each item"
    RdfAbout Error "rdf/about-missing"
        "rdf:about is missing"
        "RSS 1.0 sections 5.3 and 5.5: channel and item have one, which identifies them"
        "add rdf:about with the item's address"
    RdfAboutDuplicate Error "rdf/about-duplicate"
        "another item has the same rdf:about"
        "RSS 1.0 section 5.5: it is unique among all rdf:about of the document"
        "give each item an address of its own"
    RdfItemTitle Error "rdf/item-title-missing"
        "the item has no title"
        "RSS 1.0 section 5.5.1: title is required"
        "add a title"
    RdfItemLink Error "rdf/item-link-missing"
        "the item has no link"
        "RSS 1.0 section 5.5.2: link is required"
        "add the item's address"
    DcDate Error "dc/date-invalid"
        "the date is not as the format wants it"
        "Dublin Core module: dc:date is in the form of W3CDTF, a profile of ISO 8601"
        "write it as 2018-11-06 or 2018-11-06T10:00+01:00"

    AtomNamespace Error "atom/namespace-missing"
        "the root element is not in the namespace of Atom"
        "RFC 4287 section 1.2: elements of Atom are in http://www.w3.org/2005/Atom"
        "write <feed xmlns=\"http://www.w3.org/2005/Atom\">"
    AtomOld Note "atom/version-old"
        "the feed is in Atom 0.3, a draft; its rules are not checked"
        "RFC 4287 replaced it in 2005"
        "publish Atom 1.0"
    AtomFeedId Error "atom/feed-id-missing"
        "the feed has no id"
        "RFC 4287 section 4.1.1: exactly one"
        "add an id that never changes, best the address of the feed"
    AtomFeedTitle Error "atom/feed-title-missing"
        "the feed has no title"
        "RFC 4287 section 4.1.1: exactly one"
        "add a title"
    AtomFeedUpdated Error "atom/feed-updated-missing"
        "the feed does not say when it was updated"
        "RFC 4287 section 4.1.1: exactly one updated"
        "add updated with the latest time of an entry"
    AtomFeedSelf Note "atom/self-link-missing"
        "the feed does not name its own address"
        "RFC 4287 section 4.1.1: there should be a link with rel=\"self\""
        "add it: readers go by it when the feed moves"
    AtomEntryId Error "atom/entry-id-missing"
        "the entry has no id"
        "RFC 4287 section 4.1.2: exactly one"
        "add an id that never changes"
    AtomEntryTitle Error "atom/entry-title-missing"
        "the entry has no title"
        "RFC 4287 section 4.1.2: exactly one, if empty"
        "add a title"
    AtomEntryUpdated Error "atom/entry-updated-missing"
        "the entry does not say when it was updated"
        "RFC 4287 section 4.1.2: exactly one updated"
        "add updated"
    AtomAuthor Error "atom/author-missing"
        "neither the entry nor the feed has an author"
        "RFC 4287 section 4.1.2: one of them, or the entry's source, has one"
        "add an author with a name to the feed"
    AtomLink Error "atom/link-missing"
        "the entry has neither content nor a link to it"
        "RFC 4287 section 4.1.2: without content there is a link with rel=\"alternate\""
        "add the address of the entry"
    AtomIri Error "atom/id-not-iri"
        "an id is no absolute address"
        "RFC 4287 section 4.2.6: it is an absolute IRI"
        "use the address, or a tag: or urn:uuid: name"
    AtomIdDuplicate Warning "atom/id-duplicate"
        "another entry has the same id and the same time"
        "RFC 4287 section 4.1.1: entries of one id should differ in updated"
        "give each entry an id of its own; readers show only one of the two"
    AtomDate Error "atom/date-invalid"
        "the date is not as the format wants it"
        "RFC 4287 section 3.3: dates are in the form of RFC 3339, with capital T and Z"
        "write it as 2018-11-06T10:00:00+01:00"
    AtomTerm Error "atom/category-term-missing"
        "a category has no term"
        "RFC 4287 section 4.2.2.1: the attribute term is required"
        "add term; the text of the element means nothing"
    AtomHref Error "atom/link-href-missing"
        "a link has no href"
        "RFC 4287 section 4.2.7.1: the attribute href is required"
        "put the address into href; the text of the element means nothing"
    AtomLinkRelative Warning "atom/link-relative"
        "a link is relative, and no xml:base says to what"
        "RFC 4287 section 2: relative addresses go by xml:base, else by where the document came from"
        "write it in full, or add xml:base: a saved feed does not know where it came from"
    AtomPerson Error "atom/person-name-missing"
        "a person has no name"
        "RFC 4287 section 3.2.1: exactly one name"
        "add the name"
    AtomType Error "atom/text-type-unknown"
        "the type of a text is none of text, html and xhtml"
        "RFC 4287 section 3.1.1: those three and no media type"
        "write type=\"html\" for escaped markup"
    AtomChildren Error "atom/markup-unescaped"
        "a text holds elements, and is not declared as xhtml"
        "RFC 4287 sections 3.1.1.1, 3.1.1.2 and 4.1.3.3: text and html hold no elements"
        "escape the markup, or write type=\"xhtml\" and a div around it"
    AtomDiv Error "atom/xhtml-div-missing"
        "a text declared as xhtml is not one div"
        "RFC 4287 sections 3.1.1.3 and 4.1.3.3: its content is a single xhtml:div"
        "put a div around it"
    AtomTextMarkup Warning "atom/text-markup"
        "a text that is not declared as html holds escaped markup"
        "RFC 4287 section 3.1.1.1: such text is shown as it is, tags and all"
        "write type=\"html\""
    AtomRepeated Error "atom/element-repeated"
        "an element stands twice where one is allowed"
        "RFC 4287 sections 4.1.1 and 4.1.2: at most one of each"
        "keep one"

    CategoryEmpty Warning "feed/category-empty"
        "a category has no name"
        "the formats want a text or a term in it; readers show an empty topic"
        "name it, or leave it out"
    DateFuture Warning "feed/date-future"
        "the date lies in the future"
        "no format forbids it; readers keep such an item on top until its day comes, or hide it"
        "publish the item when its day has come, and check the year and the time zone"
    DateMissing Note "feed/date-missing"
        "the item has no date that can be read"
        "no format but Atom wants one; readers put such items last, or take the time at which they saw them"
        "add the date"
    DatePlaceholder Warning "feed/date-placeholder"
        "the date stands for no date"
        "programs write 0001-01-01, 0000-00-00 or 1970-01-01T00:00:00Z where they have none; readers sort by it"
        "leave the date out where there is none"
    DateUnreadable Warning "feed/date-unreadable"
        "the date cannot be read, or could be two"
        "RFC 3339 tells every date apart"
        "write it as 2018-11-06T10:00:00+01:00"
    LinkUnusable Warning "feed/link-unusable"
        "the link cannot be opened"
        "readers open http and https addresses that are complete"
        "write it in full, with https://"
    FieldType Warning "feed/field-type"
        "a field holds something that cannot be shown"
        "tidings reads texts, numbers, lists of them and objects with a name"
        "give it as text"
    IdDuplicate Warning "feed/id-duplicate"
        "another item has the same id"
        "an id identifies one item; readers show only one of the two"
        "give each item an id of its own"
    ItemUnreadable Error "feed/item-unreadable"
        "the item could not be read"
        "an item has a title, a text or a link"
        "add a title, or leave the item out"
    NoItems Note "feed/no-items"
        "the feed has no items"
        "every format allows it"
        "nothing, where nothing was published yet"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_stable_words_and_stand_once() {
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
