"""Tickets about data from others: X-tee services, registers and document exchange."""

from data.simulator.texts.words import Case

_FAULT, _REQUEST, _QUESTION, _NEED = "10100", "10101", "10102", "10103"

CASES = (
    Case(
        "X-tee RR.isikuandmed päring annab vea Server.ServerProxy.ServiceFailed",
        "Alates kella {kell}-st ei tule rahvastikuregistrist vastust, menetluses on isiku andmed tühjad.\n"
        "Päringu id (demo): EE-{paring}\nPuudutab vanemahüvitist ja lapsetoetust.",
        "X-tee liides",
        labels=("xtee", "rr"),
        talk=(
            "Teenusepakkuja infosüsteem ei vasta. SMIT kasutajatugi on teavitatud.",
            "Palun prognoosi, menetlejatel seisab umbes {arv} taotlust.",
            "Teenus taastus, seisnud päringud saadeti uuesti.",
        ),
    ),
    Case(
        "RR tagastab lapse hooldusõiguse vana seisuga",
        "Kohtulahend jõustus {kp}, registris on uus hooldusõigus olemas, meie päringus veel mitte. Taotlus {taotlus}.",
        "X-tee liides",
        labels=("xtee", "rr"),
        talk=(
            "Päring kasutab versiooni, mis annab eelmise päeva seisu. Uus versioon on kasutuselevõtmisel.",
            "Kas saame selle ühe taotluse käsitsi kontrollida?",
            "Jah, väljavõte on toimikus.",
        ),
    ),
    Case(
        "EMTA.tootamine päring aegub tippajal",
        "Kella 10 ja 12 vahel aegub iga viies päring (üle 30 s). Menetleja peab andmeid korduvalt küsima, "
        "kokku {arv} korda.",
        "X-tee liides",
        labels=("xtee", "emta", "jõudlus"),
        talk=(
            "EMTA kinnitas, et nende poolel on koormus. Suurendame ooteaega ja lisame kordamise.",
            "Kordamine ei tohi teha topeltpäringut logisse.",
            "Kordamine kasutab sama päringu id-d.",
        ),
    ),
    Case(
        "EHIS-est ei tulnud {kuu} õppurite andmeid",
        "Sügisene massipäring (umbes 75 000 õpilast) lõppes kell {kell} veaga, osa koole on puudu.\n"
        "Ilma andmeteta peatuvad lapsetoetused automaatselt.",
        "X-tee liides",
        labels=("xtee", "ehis", "automaatprotsess"),
        talk=(
            "EHIS saadab puuduolevad koolid täna öösel uuesti. Automaatne peatamine on seni välja lülitatud.",
            "Mitu last on praegu kontrollimata?",
            "Puudu oli 2 314 õpilast, kõik on nüüd saabunud.",
        ),
    ),
    Case(
        "Töötukassa töövõimetuse andmed puuduvad {g} arvutuses",
        "Päring õnnestub, kuid vastuses on periood tühi. Taotleja esitas tõendi ise, taotlus {taotlus}.",
        "X-tee liides",
        labels=("xtee", "töötukassa"),
        talk=("Vastuse skeemis lisandus väli, mida me ei loe. Liides uuendatakse.", "Kas muudatusest teavitati ette?"),
    ),
    Case(
        "Tervisekassa sünnituspuhkuse lehe andmed saabuvad päev hiljem",
        "Leht avati {kp}, meil on see alles järgmisel päeval. {G} algus nihkub seetõttu.",
        "X-tee liides",
        labels=("xtee", "tervisekassa"),
        talk=(
            "Tervisekassa pakib andmed öösel. Reaalajas teenus on neil plaanis.",
            "Seni peaks juhendis olema, et algust tuleb käsitsi kontrollida.",
        ),
    ),
    Case(
        "DHX kaudu saadetud kiri ei jõudnud omavalitsusse",
        "Kiri otsuse {otsus} kohta on meil olekus „saadetud“, adressaat kinnitab, et ei ole kätte saanud.",
        "X-tee liides",
        labels=("dhx", "dokumendivahetus"),
        talk=(
            "Vastuvõtja turvaserver keeldus: sertifikaat aegunud. Võtsime nendega ühendust.",
            "Kas kiri läheb ise uuesti?",
            "Jah, kordusaatmine õnnestus.",
        ),
    ),
    Case(
        "X-tee päringute logis on isikukood päringu pealkirjas",
        "Liidese logis on veateates kogu päring koos isikukoodiga (demo: {ik}). Logi näevad ka arendajad.",
        "X-tee liides",
        labels=("xtee", "isikuandmed"),
        talk=(
            "Veateate sisu kärbitakse nüüd enne logimist. Vanad kirjed on kustutatud.",
            "Palun kinnitust ka varukoopiate kohta.",
        ),
    ),
    Case(
        "RR teade nimevahetusest jätab vana nime otsusele",
        "Isik vahetas {kp} nime, uuel otsusel {otsus} on endine nimi. Andmed uuenevad alles käsitsi päringuga.",
        "X-tee liides",
        labels=("rr", "otsus"),
        talk=("Nimevahetuse teade tuli, kuid jäi töötlemata vigase kodeeringu tõttu.", "Palun otsus uuesti koostada."),
    ),
    Case(
        "Kellele kuulub päring EMTA.tulu ja kes tohib seda teha?",
        "{koht} talitus soovib päringuõigust. Millise lepingu ja aluse järgi seda antakse?",
        "Õigused",
        _QUESTION,
        ("xtee", "õigused"),
        ("Alus on perehüvitiste seadus, õiguse annab peakasutaja.", "Selge, esitan taotluse."),
    ),
    Case(
        "Turvaserveri sertifikaat aegub lähiajal",
        "Turvaserveri autentimissertifikaat aegub kuu aja pärast. Palume uuendamine planeerida väljapoole tööaega.",
        "X-tee liides",
        _REQUEST,
        ("xtee", "sertifikaat"),
        ("Uuendus on kavas pühapäeva öösel, katkestus kuni 15 minutit.", "Teavitame menetlejaid."),
    ),
    Case(
        "Kuvada X-tee vea korral menetlejale arusaadav selgitus",
        "Praegu näeb menetleja teksti „SOAP fault“. Võiks öelda, milline register ei vasta ja mida teha.",
        "SKAIS2 menetlus",
        _NEED,
        ("xtee", "kasutusmugavus"),
        ("Nõus, vajame registrite kaupa tekste.", "Saadan tekstid nädala jooksul."),
    ),
)
