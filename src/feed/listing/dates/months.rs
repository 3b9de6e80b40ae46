//! Names of months in languages that [`date`](crate::feed::date) does not know.

/// The months of a year, separated by `|`, each with its forms.
const NAMES: [&str; 13] = [
    // Thai
    "มกราคม ม.ค. | กุมภาพันธ์ ก.พ. | มีนาคม มี.ค. | เมษายน เม.ย. | พฤษภาคม พ.ค. | มิถุนายน มิ.ย. | กรกฎาคม ก.ค. | สิงหาคม ส.ค. | กันยายน ก.ย. | ตุลาคม ต.ค. | พฤศจิกายน พ.ย. | ธันวาคม ธ.ค.",
    // Arabic, as in Egypt and the Gulf
    "يناير | فبراير | مارس | أبريل ابريل إبريل | مايو | يونيو يونيه | يوليو يوليه | أغسطس اغسطس | سبتمبر | أكتوبر اكتوبر | نوفمبر | ديسمبر",
    // Arabic, as in the Levant
    "كانون-الثاني | شباط | آذار | نيسان | أيار | حزيران | تموز | آب | أيلول | تشرين-الأول | تشرين-الثاني | كانون-الأول",
    // Persian
    "ژانویه | فوریه | مارس | آوریل | مه | ژوئن | ژوئیه | اوت | سپتامبر | اکتبر | نوامبر | دسامبر",
    // The months of the Persian calendar
    "فروردین | اردیبهشت | خرداد | تیر | مرداد | شهریور | مهر | آبان | آذر | دی | بهمن | اسفند",
    // Hebrew
    "ינואר בינואר | פברואר בפברואר | מרץ במרץ | אפריל באפריל | מאי במאי | יוני ביוני | יולי ביולי | אוגוסט באוגוסט | ספטמבר בספטמבר | אוקטובר באוקטובר | נובמבר בנובמבר | דצמבר בדצמבר",
    // Hindi
    "जनवरी | फरवरी फ़रवरी | मार्च | अप्रैल | मई | जून | जुलाई | अगस्त | सितंबर सितम्बर | अक्टूबर अक्तूबर | नवंबर नवम्बर | दिसंबर दिसम्बर",
    // Bengali
    "জানুয়ারি জানুয়ারী | ফেব্রুয়ারি ফেব্রুয়ারী | মার্চ | এপ্রিল | মে | জুন | জুলাই | আগস্ট | সেপ্টেম্বর | অক্টোবর | নভেম্বর | ডিসেম্বর",
    // Indonesian and Malay
    "januari | februari pebruari | maret mac | april | mei | juni jun | juli julai | agustus ogos agu | september | oktober okt | november nopember | desember disember des",
    // Georgian
    "იანვარი | თებერვალი | მარტი | აპრილი | მაისი | ივნისი | ივლისი | აგვისტო | სექტემბერი | ოქტომბერი | ნოემბერი | დეკემბერი",
    // Basque
    "urtarrila | otsaila | martxoa | apirila | maiatza | ekaina | uztaila | abuztua | iraila | urria | azaroa | abendua",
    // Galician
    "xaneiro | febreiro | marzo | abril | maio | xuño | xullo | agosto | setembro | outubro | novembro | decembro",
    // Welsh
    "ionawr | chwefror | mawrth | ebrill | mai | mehefin | gorffennaf | awst | medi | hydref | tachwedd | rhagfyr",
];

/// Returns the number of the month that a word names in one of these languages only.
pub fn other(word: &str) -> Option<u32> {
    if word.chars().count() < 2 {
        return None;
    }
    let lower = word.trim_end_matches('.').to_lowercase();
    let is_named = |forms: &str| forms.split_whitespace().any(|form| form.trim_end_matches('.') == lower);
    NAMES
        .iter()
        .find_map(|names| (1..).zip(names.split('|')).find(|(_, forms)| is_named(forms)).map(|(month, _)| month))
}
