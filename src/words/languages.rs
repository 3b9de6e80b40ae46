//! Words that name no subject, of common languages: the names of months and weekdays, and function words such as
//! articles, prepositions and auxiliary verbs.
//!
//! The function words of any language are read off an archive of some size (see `function_words`); the lists here serve
//! small archives, and rare languages of large ones. The lists of a language count only where it is used, since `war` is
//! a verb in German and a subject in English.

/// The words of a language that name no subject, separated by blanks. They are folded before use.
pub struct Language {
    /// The names of months and weekdays, and common abbreviations of them.
    pub calendar: &'static str,
    /// Function words.
    pub function: &'static str,
}

/// Words that say what a text is or where more of it is, not what it is about. They are folded and in the order of their
/// bytes.
pub const LABELS: [&str; 57] = [
    "click here",
    "comunicato stampa",
    "continue reading",
    "czytaj wiecej",
    "devamini oku",
    "en savoir plus",
    "find out more",
    "immediate release",
    "las mer",
    "learn more",
    "leer mas",
    "lees meer",
    "lees verder",
    "leggi tutto",
    "leia mais",
    "les mer",
    "lire la suite",
    "lue lisaa",
    "media advisory",
    "media contact",
    "media release",
    "mehr erfahren",
    "news release",
    "nota informativa",
    "per saperne di piu",
    "prensa comunicado",
    "press conference",
    "press contact",
    "press office",
    "press release",
    "press releases",
    "press statement",
    "read more",
    "related links",
    "saiba mais",
    "watch the video",
    "weitere informationen",
    "weiterlesen",
    "читать далее",
    "читать полностью",
    "اقرا المزید",
    "بیشتر بخوانید",
    "查看更多",
    "点击查看",
    "続きを読む",
    "阅读更多",
    "더 보기",
    "동영상 보러가기",
    "바로가기",
    "본문 없음",
    "붙임 참조",
    "엠바고 없음",
    "영상 보기",
    "유튜브 동영상 보러가기",
    "자세히 보기",
    "첨부 참조",
    "첨부파일 참조",
];

/// The languages. The first is taken to be in use everywhere.
pub const LANGUAGES: [Language; 22] = [
    // English
    Language {
        calendar: "january february march april may june july august september october november december jan feb mar apr \
            jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed \
            thu thurs fri",
        function: "a about above according across after again against ago all along also although am among an and \
            another any are around as at away back be became because become been before began behind being below \
            between both but by can cannot come could did do does doing done down due during each either etc even ever \
            every few first following for from further gave get give given go going got had has have having he held her \
            here hers him himself his how however i if in including into is it its itself just last later least less \
            let like made make making many may me might more most much must my near never next no nor not now of \
            off on once one only onto or other others our out over own per put rather said same saw say says second see \
            seen several shall she should since so some still such take taken than that the their them then there these \
            they third this those though three through throughout thus to today together told tomorrow too took toward \
            towards two under until up upon us use used using very via was we well went were what when where whether \
            which while who whom whose why will with within without would yesterday yet you your approximately \
            four five six seven eight nine ten http https www com org html nbsp",
    },
    // German
    Language {
        calendar: "januar februar märz april mai juni juli august september oktober november dezember jänner montag \
            dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
        function: "ab aber alle allem allen aller alles als also am an andere anderen anderer ans auch auf aufs aus bei \
            beim bereits bis bisher da dabei dafür damit danach dann daran darauf darf daraus darüber das dass dazu dem \
            den denen denn der deren des deshalb dessen die dies diese diesem diesen dieser dieses doch dort durch \
            durfte ein eine einem einen einer eines einige er erst erste ersten es etwa für gegen gegenüber gemäss \
            gemäß haben hat hatte hatten heute hier hin hinter ich ihm ihn ihr ihre ihrem ihren ihrer im in indem ins \
            insbesondere insgesamt ist ja je jede jeden jeder jedoch jetzt kann kein keine keinen können könnte laut \
            man mehr mehrere mit mittels muss müssen nach nachdem neben neue neuen neuer nicht noch nun nur ob oder ohne \
            rund seien sein seine seinem seinen seiner seit sich sie sind so sobald sofern sollen soll sollte sollten \
            sowie sowohl statt über um und uns unter vom von vor wann war waren was weil weitere weiteren weiterhin \
            weiter welche welcher welches wenn wer werde werden wie wieder will wir wird wo wollen wurde wurden würde \
            während zu zum zur zwei zwischen zudem zusammen gestern drei",
    },
    // French
    Language {
        calendar: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre lundi mardi \
            mercredi jeudi vendredi samedi dimanche",
        function: "à afin ainsi alors après au aucun aucune aujourd'hui aujourd hui aussi autre autres aux avait avant \
            avec avoir ayant c car ce ceci cela celle celles celui cependant ces cet cette ceux chaque chez ci comme \
            concernant contre d dans de depuis des deux dès devant doit doivent donc dont du durant elle elles en encore \
            entre est et étaient était été être eu eux faire fait faut font fut grâce hier hors il ils j jusqu jusque l \
            la le les leur leurs lors lorsque lui m ma mais malgré même mes mis mise moins n ne ni nos notamment notre \
            nous nouveau nouveaux nouvelle nouvelles on ont ou où outre par parmi pas pendant peu peut peuvent plus \
            plusieurs pour pourra près puis qu quand que quel quelle qui quoi s sa sans se selon sera seront ses si sien \
            soit son sont sous suite sur t tous tout toute toutes trois très un une vers vous via était sein afin y",
    },
    // Italian
    Language {
        calendar: "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre lunedì \
            martedì mercoledì giovedì venerdì sabato domenica",
        function: "a ad agli ai al alla alle allo altre altri altro anche ancora anni attraverso aveva avrà c che chi ci \
            ciò circa coi col come con contro così cui d da dagli dai dal dall dalla dalle dallo degli dei del dell della \
            delle dello di dopo dove due durante e ed era erano essere esso fa fino fra gli grazie ha hanno i ieri il in \
            inoltre invece io l la le lo loro ma mediante meno mentre molto ne negli nei nel nell nella nelle nello noi \
            non nonché nostra nostro nuova nuove nuovi nuovo o oggi ogni oltre ora per perché più poi possono presso \
            prima proprio può qual quale quali quando quanto quella quelle quelli quello questa queste questi questo qui \
            sarà saranno se secondo sempre senza si sia siano solo sono sono sotto stata state stati stato su sua sue \
            sugli sui sul sull sulla sulle sullo suo suoi tale tra tre tutte tutti tutto un una uno verso viene vengono",
    },
    // Spanish
    Language {
        calendar: "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre \
            lunes martes miércoles jueves viernes sábado domingo",
        function: "a además al algo algunos ante antes así aún aunque ayer bajo bien cada como con contra cual cuales \
            cuando de debe del desde después donde dos durante e el él ella ellas ellos en entre era eran es esa ese eso \
            esta ésta están estar estas este esto estos fue fueron gran ha haber había han hasta hay hoy incluso la las \
            le les lo los luego mas más me mediante mejor mi mientras mismo mucho muy nada ni no nos nosotros nuestra \
            nuestro nueva nuevas nuevo nuevos o otra otras otro otros para pero poco por porque puede pueden pues que \
            qué quien quienes se según ser será serán si sí sido sin sino sobre son su sus también tan tanto te tiene \
            tienen toda todas todo todos tras tres tu un una uno unos y ya",
    },
    // Portuguese
    Language {
        calendar: "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro \
            segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
        function: "a ainda além ao aos após apenas aquela aquele às as até cada com como contra da das de dela dele depois \
            desde do dois dos durante e é ela elas ele eles em entre era essa esse esta está estão estar este eu foi \
            foram há hoje isso isto já lhe mais mas me mesmo meu muito na não nas nem no nos nós nova novas novo novos num \
            numa o onde ontem os ou outra outras outro outros para pela pelas pelo pelos pode podem por porque qual \
            quando que quem são se segundo seja sem ser será seu seus sob sobre sua suas também tem têm toda todas todo \
            todos três um uma umas uns vai",
    },
    // Dutch
    Language {
        calendar: "januari februari maart april mei juni juli augustus september oktober november december maandag \
            dinsdag woensdag donderdag vrijdag zaterdag zondag",
        function: "aan af al alle als andere ben bij daar dan dat de den der deze die dit doen door dus een eens en er ge \
            geen haar had hadden heb hebben heeft hem het hier hij hoe hun ik in is ja je kan kon kunnen langs maar me \
            meer men met mijn moet moeten na naar niet niets nieuwe nog nu of om omdat ons onder ook op over reeds sinds \
            te tegen ten ter toch toen tot tussen twee uit uw van veel voor waar waren was wat we wel werd werden wie wij \
            wil wordt worden zal ze zei zelf zich zij zijn zo zonder zou zullen",
    },
    // Swedish
    Language {
        calendar: "januari februari mars april maj juni juli augusti september oktober november december måndag tisdag \
            onsdag torsdag fredag lördag söndag",
        function: "alla allt än andra är att av bara blev bli blir både de deltar dem den denna deras dess dessa det detta \
            då där efter eller en ett får fick finns från för före genom ha hade han har hon hos hur i inför ingen inom \
            inte kan kommer kunde man med mellan men mer mot mycket några nu när nya också och om oss på samt sedan sig \
            sin sina sitt ska skall skulle som så till två under upp ut utan vad var vara varit vi vid vill",
    },
    // Danish and Norwegian
    Language {
        calendar: "januar februar marts mars april maj mai juni juli august september oktober november december mandag \
            tirsdag onsdag torsdag fredag lørdag søndag",
        function: "ad af alle alt andre at av bare ble blev blir bliver både da de deg dem den denne der deres det dette \
            disse du efter eller en end er et etter for fra få får før gennem gjennom ha hadde han har havde hun hvad \
            hvilke hvis hvor hvordan i idag ikke ind ingen jeg kan kom kunne man med mellem mellom men mens mere mer mot \
            mod må nye nå når og også om op opp over på samt seg selv ser sig sin sine sitt skal skulle som så til to \
            under ut uden uten var ved vi vil ville være været vært",
    },
    // Finnish
    Language {
        calendar: "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu \
            joulukuu tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta \
            lokakuuta marraskuuta joulukuuta tammikuussa helmikuussa maaliskuussa huhtikuussa toukokuussa kesäkuussa \
            heinäkuussa elokuussa syyskuussa lokakuussa marraskuussa joulukuussa maanantai tiistai keskiviikko torstai \
            perjantai lauantai sunnuntai maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina \
            sunnuntaina",
        function: "ei eivät eli ennen esimerkiksi että hän he hänen ja jo jonka jossa joka jos jotka jota kaikki kanssa \
            kautta keskuudessa kuin kuitenkin kun lisäksi mikä mitä mukaan muun mutta myös ne niin noin nyt oli olisi \
            olivat olla olleet ollut on ole ovat sekä se sen siitä sillä sitä tai tämä tämän tässä uusi uuden vain vielä \
            voi voidaan voivat välillä yli jälkeen aikana",
    },
    // Polish
    Language {
        calendar: "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień \
            stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia \
            poniedziałek wtorek środa środę czwartek piątek sobota sobotę niedziela niedzielę",
        function: "a aby ale bardzo bez bo był była było były być by ci co czy dla do dwa gdy gdzie go i ich im innych ich \
            jak jako je jego jej jest już kiedy które którego której który których którym lub ma mają może można na nad \
            nas nie nowe nowy nowych o od oraz po pod podczas ponad poza przed przez przy są się ta tak także tam te tego \
            tej ten to tych tym tylko u w we więcej wszystkich z za zostać został została zostały ze że",
    },
    // Czech and Slovak
    Language {
        calendar: "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec ledna února března \
            dubna května června července srpna října listopadu prosince pondělí úterý středa středu čtvrtek pátek sobota \
            sobotu neděle neděli január február marec apríl máj jún júl august september október november december",
        function: "a aby ale ani až bez bude budou by být byl byla bylo byly což dalších do i jak jako je jeho jejich její \
            jen ještě již jsou k kde když která které kterou který kteří ktorá ktoré ktorý na nad nebo není nové nových o \
            od po pod podle pro proti před při pri s se sa si sú své svou také takže ten tento této to tomto u už v ve více \
            však z za ze že aj alebo bol bola boli bolo bude ich len nie od po sme ako",
    },
    // Russian
    Language {
        calendar: "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь января февраля марта \
            апреля мая июня июля августа сентября октября ноября декабря понедельник вторник среда среду четверг пятница \
            пятницу суббота субботу воскресенье",
        function: "а без более был была были было быть в вам вас во вот все всех для до его ее если есть еще же за и из или \
            им их к как когда которая которого которой которые который которых кто ли между может на над не него нет но \
            новый новые новых о об однако он она они от по под после при про с сказал со также так такие такой только том \
            тот у уже что чтобы эта эти это этого этом этот является",
    },
    // Ukrainian
    Language {
        calendar: "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень січня \
            лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня понеділок вівторок середа \
            середу четвер п'ятниця п'ятницю субота суботу неділя неділю",
        function: "а або але без був була були було бути в вже від він вона вони все всі для до з за зі із його її і й їх \
            коли на над не ними о об по під після при про та так також те ти то тому у цей це ця ці цього через що щоб як \
            яка яке який які яких",
    },
    // Turkish
    Language {
        calendar: "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık pazartesi salı çarşamba \
            perşembe cuma cumartesi pazar",
        function: "adet ama ancak ayrıca bazı ben bir bu bunu çok da daha de değil diye dolayı en gibi göre hem her için \
            ile ilgili ise kadar karşı ki kendi mi nasıl ne o olan olarak oldu olduğu olduğunu olması onun sonra söyledi \
            şu tarafından tüm üzere var ve veya ya yeni yok",
    },
    // Persian
    Language {
        calendar: "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند شنبه یکشنبه دوشنبه سه‌شنبه سه شنبه \
            چهارشنبه پنجشنبه پنج‌شنبه جمعه ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر",
        function: "آن آنان آنها آن‌ها از است اظهار افزود اما امروز ان او ای اگر این با باید بر برای بود بوده به بی بین تا \
            تر ترین تمام توسط جا جمله چند چه چون حال خود خواهد داد دارد دارند داشت داشته در درباره دو دیگر را روی زیر سال \
            سایر سوی شد شده شدن شود طی عنوان عهده غیر قرار گذشته گفت ما مانند مورد می ميان نیز نمی نه ها های هر هستند هم \
            همچنین همه هنوز هیچ و وی یا یابد یک کرد کردن کرده کنند کند که پس پیش کردند شدند خبرگزاری گزارش",
    },
    // Arabic
    Language {
        calendar: "يناير فبراير مارس أبريل ابريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر كانون شباط آذار \
            نيسان أيار حزيران تموز آب أيلول تشرين الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
        function: "أن إن أنه أو أي إلا إلى الى التي الذي الذين أمام أما أيضا بأن بعد بعض به بها بين تم ثم حتى حول حيث خلال \
            دون ذلك سيتم ضد ضمن عبر عدد عدم على عليه عليها عن عند عنه غير فى في فيه فيها قال قبل قد كان كانت كل كما لا لم \
            لن له لها ما مع من منذ منه منها نحو هذا هذه هم هناك هو هي و وأن وفي وقال وقد وكان ولا ومن وهو وهي يتم يكون",
    },
    // Hebrew
    Language {
        calendar: "ינואר פברואר מרץ מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
        function: "אבל או אחרי אך אל אם אני אנחנו את אשר בין גם הוא היא היה היו הם הן זאת זה זו יותר יש כי כל לא לפני מה מי \
            עד על עם של שלא שלו שלה רק כמו לאחר אין",
    },
    // Greek
    Language {
        calendar: "ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος οκτώβριος \
            νοέμβριος δεκέμβριος ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου \
            οκτωβρίου νοεμβρίου δεκεμβρίου δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή",
        function: "αλλά αν από αυτή αυτό για δεν είναι είχε έχει έχουν η ή θα και κατά με μετά μια μία να ο οι όπως όταν ότι \
            που προς σε στα στη στην στις στο στον στους τα την της τις το τον του τους των ως",
    },
    // Korean
    Language {
        calendar: "일월 이월 삼월 사월 오월 유월 칠월 팔월 구월 시월 십일월 십이월 월요일 화요일 수요일 목요일 금요일 \
            토요일 일요일",
        function: "가 각 간 것 것으로 것을 것이 겸 경우 관련 관한 그 그리고 기자 내 년 대하여 대한 대해 더 등 등에 등을 등의 \
            따라 따른 때 때문 또는 또한 로 많은 많이 매우 명 모든 및 바 밝혔다 밝혔습니다 보도자료 부터 분 수 시 아닌 \
            않은 앞으로 약 에 에서 여러 열린 예정이다 오는 오늘 오전 오후 올해 와 위 위하여 위한 위해 은 을 의 이 이날 이는 \
            이라고 이를 이번 이상 이하 이후 일 있는 있다 있도록 있습니다 있으며 자 전 전국 제 중 지난 차 총 통한 통해 통하여 \
            함께 해당 했다 현재 후",
    },
    // Japanese
    Language {
        calendar: "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
        function: "あと ある あり いう います いる おける および おり から くる けれど ここ こと この これ これら さい され \
            される した して します しまし する すること その それ それぞれ たち たと たり だっ ため たら たる だけ だった \
            ていた ている てき です でき できる でし では でも という とき として とともに との とも ない なお なが ながら \
            なく なっ など なり なる なん にて には により による に対し について において における の ので のは のみ はず \
            ほか まし ます また まで ます または もの や よう ような ように より られ られる れる 等 本 約 際 他 年 月 日 \
            及び 対する 対して 関する",
    },
    // Chinese
    Language {
        calendar: "星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 周二 周三 周四 周五 周六 周日 一月 二月 \
            三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
        function: "一个 一些 一种 一项 一 不 不同 与 且 两 两个 个 中 为 为了 也 了 于 些 什么 从 他 他们 但 但是 使 使用 使得 \
            其 其中 其他 具有 则 到 即 却 及 又 及其 只 可 可以 可能 同时 后 向 和 哪些 因 因此 因为 在 基于 大 她 如 如何 如果 \
            它 它们 对 对于 将 尽管 就 已 已经 并 并且 并不 当 很 您 我 我们 或 或者 所 所有 才 把 按 换 据 故 无 无论 时 是 \
            是否 更 更多 曾 最 有 本 本文 必须 同样 第一 第二 第三 多个 也没有 一次 往往 仍 仍然 均 各 每个 得到 导致 一方面 另一方面 来 来自 某些 根据 此 此外 每 比 没有 没 由 由于 的 直到 相 相比 看 着 第 等 约 给 而 \
            而且 自 至 若 虽然 被 要 让 许多 该 说 起 较 较高 过 还 这 这一 这些 这种 通过 那 那么 都 里 间 随着 非 高 之 之间 \
            以 以及 们 能 能够 会 上 下 进行 然而 另外",
    },
];
