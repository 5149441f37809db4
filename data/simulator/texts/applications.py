"""Tickets about the applications: handling, self-service, documents, rights and reports."""

from data.simulator.texts.words import Case

_FAULT, _REQUEST, _QUESTION, _NEED = "10100", "10101", "10102", "10103"

CASES = (
    Case(
        "Taotluse esitamine katkeb 2. sammus ({sirvija})",
        "Iseteeninduses {g} taotlust täites jääb pärast „Edasi“ vajutamist leht laadima. Kordub sirvijas {sirvija}, "
        "teistes mitte.\n\nh3. Kuidas korrata\n# Sisenege iseteenindusse ja alustage {g} taotlust.\n"
        "# Täitke 1. samm ja vajutage *Edasi*.\n# Leht jääb laadima.\n\n"
        "||Sirvija||Tulemus||\n|{sirvija}|katkeb|\n|teised|töötab|\n\n"
        "Esimene teade {kp} kell {kell}, nüüdseks {arv} pöördumist.",
        "eesti.ee iseteenindus",
        labels=("iseteenindus",),
        talk=(
            "Sirvija logis on sessiooni aegumise viga. Proovime testis korrata.",
            "{koht} klienditeenindus ütleb, et ka neil on kolm samasugust juhtumit.",
            "Parandus on paigaldatud, palun kontrollida.",
        ),
    ),
    Case(
        "Otsuse PDF-is on vale kuupäev",
        "Otsuse {otsus} PDF-is on koostamise kuupäevaks eelmine päev. Toimikus on kuupäev õige ({kp}).",
        "Dokumendid",
        labels=("pdf", "otsus"),
        talk=(
            "Kuupäev arvutatakse UTC-s, öösel enne kella kahte koostatud otsused saavad eelmise päeva.",
            "Kas juba välja saadetud otsused tuleb uuesti saata?",
            "Kuupäev on nüüd kohalikus ajas. Välja saadetud otsused jäävad kehtima, sisu on õige.",
        ),
    ),
    Case(
        "Aruande filter „menetleja“ ei tööta",
        "Töömahu aruandes menetlejat valides jääb nimekiri tühjaks, {arv} tööd on aga olemas. Ilma filtrita on "
        "kõik näha.",
        "Aruandlus",
        labels=("aruanne",),
        talk=(
            "Filter võrdleb kasutajanime, mis vahetus. Parandus läheb järgmisse väljalasesse.",
            "Kas saame seni väljavõtte?",
            "Väljavõte on lisatud võrgukettale.",
        ),
    ),
    Case(
        "Menetleja ei näe taotlust {taotlus} oma tööjärjekorras",
        "Taotlus on suunatud {koht} talitusse, kuid järjekorras seda ei ole. Otsinguga leiab üles.",
        "SKAIS2 menetlus",
        labels=("tööjärjekord",),
        talk=(
            "Taotlusel oli kaks menetlejat, järjekord näitab ainult esimest. Parandasime käsitsi.",
            "Nüüd on näha, tänan.",
        ),
    ),
    Case(
        "SKAIS2 logib menetluse ajal välja",
        "Umbes 20 minuti järel viskab rakendus sisselogimise lehele ja sisestatud andmed kaovad. "
        "Puudutab vähemalt *{arv}* menetlejat.\n\nh3. Rakenduse logis\n"
        "{{noformat}}\n{kell} WARN  session expired (idle 1200 s)\n{kell} INFO  redirect /login\n{{noformat}}",
        "SKAIS2 menetlus",
        labels=("sessioon",),
        talk=(
            "Sessiooni pikkus muutus uuendusega. Taastame endise väärtuse.",
            "Kas andmed saaks vahepeal salvestuda? Inimesed kirjutavad pikki põhjendusi.",
            "Sessioon on jälle 60 minutit. Automaatse salvestuse kohta tegime arendusvajaduse.",
        ),
    ),
    Case(
        "{G} otsuse eelnõu ei avane",
        "Nupp „Vaata eelnõu“ annab vea „Dokumendi koostamine ebaõnnestus“. Taotlus {taotlus}, proovitud {arv} korda.",
        "Dokumendid",
        labels=("pdf",),
        talk=(
            "Põhjenduses oli märk, mida mall ei tunne. Eemaldasime, eelnõu avaneb.",
            "Selliseid on veel. Kas saaks üldise paranduse?",
            "Mall on parandatud ja paigaldatud.",
        ),
    ),
    Case(
        "Teavitus {g} otsuse kohta läks valele e-posti aadressile",
        "Teavitus saadeti aadressile (demo) {mail}, mille inimene muutis {kp}. Uus aadress on "
        "rahvastikuregistris olemas.",
        "eesti.ee iseteenindus",
        labels=("teavitus", "isikuandmed"),
        talk=(
            "Teavituste rakendus hoiab aadressi 30 päeva vahemälus. Lühendame ööpäevani.",
            "Kas rikkumisest peab andmekaitsespetsialisti teavitama?",
            "Teavitatud. Vahemälu aeg on muudetud.",
        ),
    ),
    Case(
        "Sünnitoetuse pakkumist ei saadetud järgmisel päeval",
        "Laps registreeriti {kp}, proaktiivset pakkumist vanem ei saanud. Isikukood (demo) {ik}.\n"
        "Tavaliselt läheb pakkumine välja registreerimisele järgneval päeval.",
        "SKAIS2 menetlus",
        labels=("proaktiivne", "automaatprotsess"),
        talk=(
            "Sünniteade tuli RR-ist ilma teise vanemata ja jäi käsitsi ülevaatamisele.",
            "Mitu sellist on järjekorras?",
            "Järjekorras oli {arv}, kõik on nüüd saadetud.",
        ),
    ),
    Case(
        "Uue töötaja õigused SKAIS2-s ({koht})",
        "{koht} talituses alustab {algus} uus menetleja. Palume menetleja rolli perehüvitistes ja lugemisõigust "
        "maksetes.\n"
        "Kontakt (demo): {mail}, {tel}.",
        "Õigused",
        _REQUEST,
        ("õigused",),
        ("Rollid lisatud, palume esimesel sisselogimisel kontrollida.", "Kõik töötab, tänan!"),
    ),
    Case(
        "Palun sulgeda lahkunud töötaja kasutajaõigused",
        "Töösuhe lõppes {kp}. Pooleli on {arv} taotlust, mis tuleb suunata talituse juhile.",
        "Õigused",
        _REQUEST,
        ("õigused",),
        ("Õigused suletud, taotlused on ümber suunatud.", "Tänan."),
    ),
    Case(
        "Parandada taotluse {taotlus} esitamise kuupäev",
        "Taotlus laekus postiga {kp}, kuid sisestati hiljem. Õigus tekib esitamise päevast, palume kuupäev parandada.",
        "SKAIS2 menetlus",
        _REQUEST,
        ("andmeparandus",),
        ("Vajame talituse juhi kinnitust.", "Kinnitus on toimikus.", "Kuupäev parandatud, arvutus tehti uuesti."),
    ),
    Case(
        "Väljavõte: {g} saajad omavalitsuste kaupa",
        "Palume {kuu} lõpu seisuga {g} saajate arvu omavalitsuste kaupa, ilma isikuandmeteta. Tähtaeg on nädala lõpp.",
        "Aruandlus",
        _REQUEST,
        ("väljavõte",),
        ("Väljavõte on valmis, alla viie saajaga read on koondatud.", "Tänan, sobib."),
    ),
    Case(
        "Kas {p} saab taotleda volituse alusel?",
        "Klient soovib taotleda teise vanema eest. Rakendus lubab, juhendis on vastupidi. Kumb on õige?",
        "SKAIS2 menetlus",
        _QUESTION,
        ("juhend", "selgitus"),
        ("Õige on rakendus, juhend uuendatakse.", "Palun siis ka juhendi viide parandada."),
    ),
    Case(
        "Lisada taotluste nimekirja veerg „viimane tegevus“",
        "Menetleja ei näe, millal taotlusega viimati midagi tehti. Tuleb avada iga taotlus eraldi ({arv} korda "
        "päevas).",
        "SKAIS2 menetlus",
        _NEED,
        ("kasutusmugavus",),
        ("Võtame järgmise kvartali plaani arutelule.", "Hea, see säästaks kõigile aega."),
    ),
    Case(
        "Otsuse põhjenduse tekstid võiksid olla valitavad",
        "Põhjendused kirjutatakse iga kord käsitsi, sõnastus on {koht} ja teiste talituste vahel erinev.",
        "Dokumendid",
        _NEED,
        ("otsus", "mall"),
        ("Vajame näidistekste. Kas talitused saavad need koostada?", "Koostame, esimene versioon kuu lõpuks."),
    ),
    Case(
        "Otsing ei leia täpitähega perekonnanime",
        "Otsides täpitähega nime (nt Õ või Š algusega), on tulemus tühi. Isikukoodiga leiab.",
        "SKAIS2 menetlus",
        labels=("otsing",),
        talk=("Otsing normaliseeris teksti valesti. Parandus on testis.", "Testis töötab, võib paigaldada."),
    ),
    Case(
        "{N}: taotluse vormil on aegunud määr",
        "Vormil on selgituses eelmise aasta määr {summa2} €, kehtiv on {summa} €. Arvutus ise on õige.",
        "eesti.ee iseteenindus",
        labels=("iseteenindus", "tekst"),
        talk=("Tekst on sisuhalduses, muudame kohe.", "Palun ka venekeelne tekst üle vaadata.", "Mõlemad on muudetud."),
    ),
    Case(
        "Menetluse tähtaja meeldetuletus saadetakse juba suletud taotlusele",
        "Taotlus {taotlus} suleti {kp}, kuid meeldetuletused tulevad edasi, kokku {arv}.",
        "SKAIS2 menetlus",
        labels=("teavitus", "tähtaeg"),
        talk=("Meeldetuletus vaatab vana staatust. Lülitasime selle taotluse jaoks välja, parandus on töös.",),
    ),
)
