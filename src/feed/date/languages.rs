//! Names of months and weekdays in the official languages of the European Union and in Norwegian, Icelandic, Russian,
//! Ukrainian, Serbian, Turkish and Catalan.
//!
//! Full names, both standalone and within a date, and abbreviations are those of the Common Locale Data Repository
//! (CLDR). Added are inflected forms, other common spellings, and the three letters to which programs cut Finnish
//! months. Prefixes of at least three letters are recognised without being listed.

/// The names of one language: the names of one month or day separated by spaces, months and days by bars.
pub(super) struct Language {
    /// January to December.
    pub months: &'static str,
    /// Monday to Sunday.
    pub days: &'static str,
}

/// The bit of English, whose abbreviations are those of RFC 822.
pub(super) const ENGLISH: u64 = 1;
/// The bits of the languages that write a full stop after the day.
pub(super) const POINTED: u64 = 1 << 2
    | 1 << 3
    | 1 << 4
    | 1 << 7
    | 1 << 8
    | 1 << 11
    | 1 << 12
    | 1 << 15
    | 1 << 21
    | 1 << 22
    | 1 << 24
    | 1 << 25
    | 1 << 26
    | 1 << 29
    | 1 << 30;
/// The bit of Croatian, which also writes one after the year.
pub(super) const CROATIAN: u64 = 1 << 11;

/// All languages; the index of a language is that of its bit.
pub(super) const LANGUAGES: [Language; 33] = [
    // English
    Language {
        months: "january jan | february feb | march mar | april apr | may | june jun | july jul | august aug | september sep | october oct | november nov | december dec",
        days: "monday mon mo | tuesday tue tu | wednesday wed we | thursday thu th | friday fri fr | saturday sat sa | sunday sun su",
    },
    // Bulgarian
    Language {
        months: "януари яну | февруари фев | март | април апр | май | юни | юли | август авг | септември сеп | октомври окт | ноември ное | декември дек",
        days: "понеделник пн | вторник вт | сряда ср | четвъртък чт | петък пт | събота сб | неделя нд",
    },
    // Czech
    Language {
        months: "ledna led leden | února úno únor | března bře březen | dubna dub duben | května kvě květen | června čvn červen čen | července čvc červenec čec | srpna srp srpen | září zář | října říj říjen | listopadu lis listopad | prosince pro prosinec",
        days: "pondělí po | úterý út | středa st | čtvrtek čt | pátek pá | sobota so | neděle ne",
    },
    // Danish
    Language {
        months: "januar jan | februar feb | marts mar | april apr | maj | juni jun | juli jul | august aug | september sep | oktober okt | november nov | december dec",
        days: "mandag man ma | tirsdag tirs ti | onsdag ons on | torsdag tors to | fredag fre fr | lørdag lør lø | søndag søn sø",
    },
    // German
    Language {
        months: "januar jan jänner | februar feb feber | märz mär mrz maerz | april apr | mai | juni jun | juli jul | august aug | september sept sep | oktober okt | november nov | dezember dez",
        days: "montag mo | dienstag di | mittwoch mi | donnerstag do | freitag fr | samstag sa sonnabend | sonntag so",
    },
    // Greek
    Language {
        months: "ιανουαρίου ιαν ιανουάριος | φεβρουαρίου φεβ φεβρουάριος | μαρτίου μαρ μάρτιος μάρ | απριλίου απρ απρίλιος | μαΐου μαΐ μάιος μάι | ιουνίου ιουν ιούνιος ιούν | ιουλίου ιουλ ιούλιος ιούλ | αυγούστου αυγ αύγουστος αύγ | σεπτεμβρίου σεπ σεπτέμβριος | οκτωβρίου οκτ οκτώβριος | νοεμβρίου νοε νοέμβριος νοέ | δεκεμβρίου δεκ δεκέμβριος",
        days: "δευτέρα δευ δε | τρίτη τρί τρ | τετάρτη τετ τε | πέμπτη πέμ πέ | παρασκευή παρ πα | σάββατο σάβ σά | κυριακή κυρ κυ",
    },
    // Spanish
    Language {
        months: "enero ene | febrero feb | marzo mar | abril abr | mayo may | junio jun | julio jul | agosto ago | septiembre sept setiembre set | octubre oct | noviembre nov | diciembre dic",
        days: "lunes lun lu | martes mar ma | miércoles mié mi | jueves jue ju | viernes vie vi | sábado sáb sa | domingo dom do",
    },
    // Estonian
    Language {
        months: "jaanuar jaan | veebruar veebr | märts | aprill apr | mai | juuni | juuli | august aug | september sept | oktoober okt | november nov | detsember dets",
        days: "esmaspäev | teisipäev | kolmapäev | neljapäev | reede | laupäev | pühapäev",
    },
    // Finnish
    Language {
        months: "tammikuuta tammi tammikuu tam | helmikuuta helmi helmikuu hel | maaliskuuta maalis maaliskuu maa | huhtikuuta huhti huhtikuu huh | toukokuuta touko toukokuu tou | kesäkuuta kesä kesäkuu kes | heinäkuuta heinä heinäkuu hei | elokuuta elo elokuu | syyskuuta syys syyskuu syy | lokakuuta loka lokakuu lok | marraskuuta marras marraskuu mar | joulukuuta joulu joulukuu jou",
        days: "maanantaina ma maanantai | tiistaina ti tiistai | keskiviikkona ke keskiviikko | torstaina to torstai | perjantaina pe perjantai | lauantaina la lauantai | sunnuntaina su sunnuntai",
    },
    // French
    Language {
        months: "janvier janv | février févr | mars | avril avr | mai | juin | juillet juil | août | septembre sept | octobre oct | novembre nov | décembre déc",
        days: "lundi lun lu | mardi mar ma | mercredi mer me | jeudi jeu je | vendredi ven ve | samedi sam sa | dimanche dim di",
    },
    // Irish
    Language {
        months: "eanáir ean | feabhra feabh | márta | aibreán aib | bealtaine beal | meitheamh meith | iúil | lúnasa lún | meán mfómh | deireadh dfómh | samhain samh samhna | nollaig noll nollag",
        days: "luain luan lu | máirt má | céadaoin céad cé | déardaoin déar | haoine aoine ao | sathairn sath sa | domhnaigh domhnach domh do",
    },
    // Croatian
    Language {
        months: "siječnja sij siječanj | veljače velj veljača | ožujka ožu ožujak | travnja tra travanj | svibnja svi svibanj | lipnja lip lipanj | srpnja srp srpanj | kolovoza kol kolovoz | rujna ruj rujan | listopada lis listopad | studenoga stu studeni studenog | prosinca pro prosinac",
        days: "ponedjeljak pon | utorak uto | srijeda sri | četvrtak čet | petak pet | subota sub | nedjelja ned",
    },
    // Hungarian
    Language {
        months: "január jan | február febr | március márc | április ápr | május máj | június jún | július júl | augusztus aug | szeptember szept | október okt | november nov | december dec",
        days: "hétfő | kedd | szerda sze | csütörtök cs | péntek | szombat szo | vasárnap",
    },
    // Italian
    Language {
        months: "gennaio gen | febbraio feb | marzo mar | aprile apr | maggio mag | giugno giu | luglio lug | agosto ago | settembre set | ottobre ott | novembre nov | dicembre dic",
        days: "lunedì lun | martedì mar | mercoledì mer | giovedì gio | venerdì ven | sabato sab | domenica dom",
    },
    // Lithuanian
    Language {
        months: "sausio saus sausis | vasario vas vasaris | kovo kov kovas | balandžio bal balandis | gegužės geg gegužė | birželio birž birželis | liepos liep liepa | rugpjūčio rugp rugpjūtis | rugsėjo rugs rugsėjis | spalio spal spalis | lapkričio lapkr lapkritis | gruodžio gruod gruodis",
        days: "pirmadienis pr | antradienis an | trečiadienis tr | ketvirtadienis kt | penktadienis pn | šeštadienis št | sekmadienis sk",
    },
    // Latvian
    Language {
        months: "janvāris janv janvārī | februāris febr februārī | marts martā | aprīlis apr aprīlī | maijs maijā | jūnijs jūn jūnijā | jūlijs jūl jūlijā | augusts aug augustā | septembris sept septembrī | oktobris okt oktobrī | novembris nov novembrī | decembris dec decembrī",
        days: "pirmdiena pirmd pr | otrdiena otrd ot | trešdiena trešd tr | ceturtdiena ceturtd ce | piektdiena piektd pk | sestdiena sestd se | svētdiena svētd sv",
    },
    // Maltese
    Language {
        months: "jannar jan | frar fra | marzu mar | april apr | mejju mej | ġunju ġun | lulju lul | awwissu aww | settembru set | ottubru ott | novembru nov | diċembru diċ",
        days: "it-tnejn tnejn tne | it-tlieta tlieta tli | l-erbgħa erbgħa erb | il-ħamis ħamis ħam | il-ġimgħa ġimgħa ġim | is-sibt sibt sib | il-ħadd ħadd ħad",
    },
    // Dutch
    Language {
        months: "januari jan | februari feb | maart mrt | april apr | mei | juni jun | juli jul | augustus aug | september sep | oktober okt | november nov | december dec",
        days: "maandag ma | dinsdag di | woensdag wo | donderdag do | vrijdag vr | zaterdag za | zondag zo",
    },
    // Polish
    Language {
        months: "stycznia sty styczeń | lutego lut luty | marca mar marzec | kwietnia kwi kwiecień | maja maj | czerwca cze czerwiec | lipca lip lipiec | sierpnia sie sierpień | września wrz wrzesień | października paź październik | listopada lis listopad | grudnia gru grudzień",
        days: "poniedziałek pon | wtorek wt wto | środa śr śro | czwartek czw | piątek pt pią | sobota sob | niedziela niedz nie",
    },
    // Portuguese
    Language {
        months: "janeiro jan | fevereiro fev | março mar | abril abr | maio mai | junho jun | julho jul | agosto ago | setembro set | outubro out | novembro nov | dezembro dez",
        days: "segunda-feira seg segunda | terça-feira ter terça | quarta-feira qua quarta | quinta-feira qui quinta | sexta-feira sex sexta | sábado sáb | domingo dom",
    },
    // Romanian
    Language {
        months: "ianuarie ian | februarie feb | martie mar | aprilie apr | mai | iunie iun | iulie iul | august aug | septembrie sept | octombrie oct | noiembrie nov | decembrie dec",
        days: "luni lun lu | marți mar ma | miercuri mie mi | joi | vineri vin vi | sâmbătă sâm sâ | duminică dum du",
    },
    // Slovak
    Language {
        months: "januára jan január | februára feb február | marca mar marec | apríla apr apríl | mája máj | júna jún | júla júl | augusta aug august | septembra sep september | októbra okt október | novembra nov november | decembra dec december",
        days: "pondelok po | utorok ut | streda st | štvrtok št | piatok pi | sobota so | nedeľa ne",
    },
    // Slovenian
    Language {
        months: "januar jan januarja | februar feb februarja | marec mar marca | april apr aprila | maj maja | junij jun junija | julij jul julija | avgust avg avgusta | september sep septembra | oktober okt oktobra | november nov novembra | december dec decembra",
        days: "ponedeljek pon | torek tor | sreda sre | četrtek čet | petek pet | sobota sob | nedelja ned",
    },
    // Swedish
    Language {
        months: "januari jan | februari feb | mars | april apr | maj | juni | juli | augusti aug | september sep | oktober okt | november nov | december dec",
        days: "måndag mån må | tisdag tis ti | onsdag ons on | torsdag tors to | fredag fre fr | lördag lör lö | söndag sön sö",
    },
    // Norwegian Bokmål
    Language {
        months: "januar jan | februar feb | mars mar | april apr | mai | juni jun | juli jul | august aug | september sep | oktober okt | november nov | desember des",
        days: "mandag man ma | tirsdag tir ti | onsdag ons on | torsdag tor to | fredag fre fr | lørdag lør lø | søndag søn sø",
    },
    // Norwegian Nynorsk
    Language {
        months: "januar jan | februar feb | mars mar | april apr | mai | juni jun | juli jul | august aug | september sep | oktober okt | november nov | desember des",
        days: "måndag må | tysdag ty | onsdag on | torsdag to | fredag fr | laurdag la | søndag sø",
    },
    // Icelandic
    Language {
        months: "janúar jan | febrúar feb | mars mar | apríl apr | maí | júní jún | júlí júl | ágúst ágú | september sep | október okt | nóvember nóv | desember des",
        days: "mánudagur mán má | þriðjudagur þri þr | miðvikudagur mið mi | fimmtudagur fim fi | föstudagur fös fö | laugardagur lau la | sunnudagur sun su",
    },
    // Russian
    Language {
        months: "января янв январь | февраля февр февраль | марта мар март | апреля апр апрель | мая май | июня июн июнь | июля июл июль | августа авг август | сентября сент сентябрь | октября окт октябрь | ноября нояб ноябрь | декабря дек декабрь",
        days: "понедельник пн | вторник вт | среда ср | четверг чт | пятница пт | суббота сб | воскресенье вс",
    },
    // Ukrainian
    Language {
        months: "січня січ січень | лютого лют лютий | березня бер березень | квітня квіт квітень | травня трав травень | червня черв червень | липня лип липень | серпня серп серпень | вересня вер вересень | жовтня жовт жовтень | листопада лист листопад | грудня груд грудень",
        days: "понеділок пн | вівторок вт | середа ср | четвер чт | пʼятниця пт | субота сб | неділя нд",
    },
    // Serbian
    Language {
        months: "јануар јан јануара | фебруар феб фебруара | март мар марта | април апр априла | мај маја | јун јуна јуни | јул јула јули | август авг августа | септембар сеп септембра | октобар окт октобра | новембар нов новембра | децембар дец децембра",
        days: "понедељак пон по понедјељак | уторак уто ут | среда сре ср сриједа | четвртак чет че | петак пет пе | субота суб су | недеља нед не недјеља",
    },
    // Serbian in Latin letters
    Language {
        months: "januar jan januara | februar feb februara | mart mar marta | april apr aprila | maj maja | jun juna juni | jul jula juli | avgust avg avgusta | septembar sep septembra | oktobar okt oktobra | novembar nov novembra | decembar dec decembra",
        days: "ponedeljak pon po ponedjeljak | utorak uto ut | sreda sre sr srijeda | četvrtak čet če | petak pet pe | subota sub su | nedelja ned ne nedjelja",
    },
    // Turkish
    Language {
        months: "ocak oca | şubat şub | mart mar | nisan nis | mayıs may | haziran haz | temmuz tem | ağustos ağu | eylül eyl | ekim eki | kasım kas | aralık ara",
        days: "pazartesi pzt pt | salı sal sa | çarşamba çar ça | perşembe per pe | cuma cum cu | cumartesi cmt ct | pazar paz pa",
    },
    // Catalan
    Language {
        months: "gener gen | febrer febr | març | abril abr | maig | juny | juliol jul | agost ag | setembre set | octubre oct | novembre nov | desembre des",
        days: "dilluns dl | dimarts dt | dimecres dc | dijous dj | divendres dv | dissabte ds | diumenge dg",
    },
];
