"""Tickets about money: payments, accounts, sums and the nights on which they are calculated."""

from data.simulator.texts.words import Case

_FAULT, _REQUEST, _QUESTION, _NEED = "10100", "10101", "10102", "10103"

CASES = (
    Case(
        "Makse läks vanale kontole, kuigi uus konto on kinnitatud ({taotlus})",
        "Taotleja muutis {kp} iseteeninduses pangakontot, kuid {g} makse tehti endiselt vanale kontole.\n\n"
        "Isikukood (demo): {ik}\nUus konto (demo): {iban}\n\nPalun kontrollida, kas konto muudatus jõudis "
        "maksete rakendusse.",
        "SKAIS1 maksed",
        labels=("pangakonto", "tagasimakse"),
        talk=(
            "Muudatus jõudis maksete rakendusse alles pärast maksefaili koostamist. Uurime, miks järjekord seisis.",
            "Pank tagastas summa täna. Kas saame teha kordusmakse enne 15. kuupäeva?",
            "Kordusmakse on järgmises failis, konto on õige.",
        ),
    ),
    Case(
        "{G} summa on väiksem kui otsusel ({summa2} € asemel {summa} €)",
        "Otsuses {otsus} on {g} suurus {summa} €, välja maksti {summa2} €. Kinnipidamisi toimikus ei ole.\n"
        "Taotlus {taotlus}. Palun kontrollida arvutuse aluseid.",
        "SKAIS2 menetlus",
        labels=("vale-summa",),
        talk=(
            "Arvutus võttis aluseks eelmise perioodi määra. Parandus on testimisel.",
            "Mitut otsust see veel puudutab? Peame inimesi teavitama.",
            "Päring näitab 14 otsust, nimekiri on lisatud toimikusse. Vahe makstakse välja järgmise maksega.",
        ),
    ),
    Case(
        "Vanemahüvitise arvutus annab vale summa, kui vanem töötas kahes kohas",
        "Kahe tööandja tulu liidetakse, kuid {kuu} tulu on arvestatud topelt. EMTA väljavõttel on {summa} €, "
        "arvutuses {summa2} € rohkem.\nTaotlus {taotlus}, menetleja ei saa otsust kinnitada.",
        "SKAIS2 menetlus",
        labels=("vale-summa", "vanemahüvitis"),
        talk=(
            "Kordus tuleb EMTA vastusest, kus sama periood on kahe kandena. Kontrollime, kas viga on meie poolel.",
            "Menetlus ootab, taotlejale lubati vastus sel nädalal.",
            "Parandatud: kanded ühendatakse enne liitmist. Palun arvutada uuesti.",
        ),
    ),
    Case(
        "Makse tagastati nime mittevastavuse tõttu, {arv} juhtumit",
        "Pank tagastas {kp} maksed põhjusega „saaja nimi ei vasta kontole“. Nimed on täpitähtedega või kaheosalised.\n"
        "Näide (demo): isikukood {ik}, konto {iban}.\nKas maksefailis on nimi õiges kodeeringus?",
        "SKAIS1 maksed",
        labels=("tagasimakse", "maksefail"),
        talk=(
            "Maksefailis on täpitähed õigesti, pank võrdleb nime dokumendi järgi. Uurime pangalt tingimusi.",
            "Inimesed helistavad. Mida neile öelda?",
            "Kokku lepitud, et pank võrdleb isikukoodi järgi. Tagasi laekunud maksed saadetakse uuesti.",
        ),
    ),
    Case(
        "Õine õiguse arvutus ei lõppenud hommikuks",
        "Arvutus algas kell 01:00, kuid oli hommikul alles poole peal. Eelmisel kuul võttis sama hulk neli tundi.\n"
        "Maksefail peab pangas olema järgmisel tööpäeval kell 16:00.",
        "SKAIS1 maksed",
        labels=("automaatprotsess", "maksefail"),
        talk=(
            "Andmebaasis oli lukk, mille jättis aruande päring. Päring on lõpetatud, arvutus jätkub.",
            "Palun andke teada, kui 97 % on koos, siis jõuame kontrolli teha.",
            "Arvutus lõppes, vahe eelmise kuuga on 12 õigust. Fail läks panka.",
        ),
    ),
    Case(
        "{G} makse puudub {kuu} maksefailist",
        "Otsus {otsus} on kinnitatud {kp}, õigus kehtib, kuid failis makset ei ole. {koht} klienditeenindusse pöördus "
        "taotleja, telefon (demo) {tel}.",
        "SKAIS1 maksed",
        labels=("maksefail",),
        talk=(
            "Otsus kinnitati pärast faili sulgemist, makse tuleb lisafailis.",
            "Kas lisafaili kuupäev on teada?",
            "Lisafail on koostatud, raha laekub kahe tööpäeva jooksul.",
        ),
    ),
    Case(
        "Topeltmakse: {n} maksti sama kuu eest kaks korda",
        "Kontole on {kuu} eest laekunud kaks makset summas {summa} €. Mõlemad on olekus „makstud“. Taotlus {taotlus}.\n"
        "Kas tegu on kordusmaksega või veaga?",
        "SKAIS1 maksed",
        labels=("vale-summa", "tagasinõue"),
        talk=(
            "Teine makse on käsitsi tehtud kordusmakse, esimene ei tulnudki tagasi.",
            "Siis on vaja tagasinõuet. Kas vorm on olemas?",
            "Tagasinõude eelnõu on menetluses, pileti võib sulgeda.",
        ),
    ),
    Case(
        "Kohtutäituri kinnipidamine arvestati elatisabi summast",
        "Elatisabist ei tohi kinni pidada, kuid {kp} maksest on maha võetud {summa2} €. Isikukood (demo) {ik}.",
        "SKAIS1 maksed",
        labels=("kinnipidamine", "elatisabi"),
        talk=(
            "Hüvitise liigil puudus kinnipidamise keelu tunnus. Lisame selle ja kontrollime teisi.",
            "Palun ka kinni peetud summa tagasi maksta.",
            "Tunnus lisatud, tagasimakse tehtud.",
        ),
    ),
    Case(
        "Lasterikka pere toetus jäi ümber arvutamata pärast lapse 19-aastaseks saamist",
        "Peres on {lapsi} last, vanim sai {kp} 19-aastaseks. Toetust makstakse endiselt endises suuruses {summa} €.",
        "SKAIS2 menetlus",
        labels=("vale-summa", "ümberarvutus"),
        talk=(
            "EHIS näitab, et laps õpib edasi, seepärast õigus jätkub õppeaasta lõpuni.",
            "Selge, aga otsuses seda põhjust ei ole. Taotleja küsib.",
            "Lisame otsuse põhjendusse õppimise kuupäeva.",
        ),
    ),
    Case(
        "Palun taastada {g} makse pärast konto sulgemist",
        "Taotleja konto on suletud, uus konto (demo) {iban} on lisatud {kp}. Makse on peatatud ega taastunud ise.",
        "SKAIS1 maksed",
        _REQUEST,
        ("pangakonto",),
        ("Peatus eemaldatud, makse läheb järgmise failiga.", "Tänan, annan taotlejale teada."),
    ),
    Case(
        "Kuidas arvestatakse {g} tulumaksu, kui inimene elab välisriigis?",
        "Taotleja küsib e-kirjaga (demo: {mail}), miks peeti kinni {summa2} €. Kust see määr tuleb?",
        "SKAIS1 maksed",
        _QUESTION,
        ("selgitus",),
        ("Määr tuleb residentsuse tunnusest, mille saame EMTA-lt.", "Tänan, sellest piisab vastuseks."),
    ),
    Case(
        "Maksete koondaruande kogusumma ei klapi maksefailiga",
        "Koondaruandes on {kuu} summa {summa} tuhat €, failis {summa2} tuhat €. Vahe on täpselt tagastatud maksed.",
        "Aruandlus",
        labels=("aruanne", "maksefail"),
        talk=(
            "Aruanne jätab tagasi laekunud maksed välja. Lisame need eraldi veeruna.",
            "Sobib, aga palun lisada ka kuupäev.",
        ),
    ),
)
