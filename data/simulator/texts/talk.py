"""What is said while the desk is watched: comments that fit any ticket, and texts of tickets that arrive."""

MAINTENANCE = (
    "Võtsime töösse, anname täna teada, mida leidsime.",
    "Kordub ka testkeskkonnas, logid on kogutud.",
    "Parandus on koostatud ja läheb täna testi.",
    "Vajame taotluse numbrit ja ligikaudset kellaaega.",
    "Põhjus on selgitamisel, seotud on tõenäoliselt eilse uuendusega.",
    "Paigaldus on kavas järgmisel tööpäeval kell 18:00, katkestust ei tule.",
    "Andmebaasi arendaja vaatab päringu üle.",
    "Viga on meie poolel, parandus on kirjutatud.",
    "Kontrollisime: andmed on õiged, kuva uueneb hilinemisega.",
    "Suunasime küsimuse partnerile, vastus lubati homseks.",
)
REPORTERS = (
    "Tänan, ootame. Menetlus kasutab seni käsitsi kontrolli.",
    "Kordus täna uuesti, {arv} taotlust.",
    "{koht} talitus kinnitab sama viga.",
    "Kas tähtaeg peab? Inimene ootab otsust.",
    "Lisasin toimikusse ekraanipildi.",
    "Proovisin uuesti kell {kell}, tulemus on sama.",
    "Taotleja helistas (demo: {tel}) ja küsis, millal raha laekub.",
    "Meil on ümbertee olemas, kiire ei ole.",
)
KEY_USERS = (
    "Edastasin teenuse juhile.",
    "Palun hinnangut lahendamise ajale, et saaksin menetlust teavitada.",
    "Testisin, töötab nii nagu vaja.",
    "Menetlusele on tagasiside antud.",
    "Palun lisada väljalaske märkmetesse.",
)
RESOLVED = (
    "Lahendatud ja paigaldatud. Palume kontrollida.",
    "Andmed on parandatud, pilet lahendatud.",
    "Viga oli partneri poolel ja on kõrvaldatud.",
)
DEVELOPERS = (
    "Koodi ülevaatus on tehtud.",
    "Testijale üle antud, testiandmed on kirjelduses.",
    "Nõue vajab täpsustust: mis juhtub, kui taotlus on juba kinnitatud?",
    "Liidese muudatus ootab partneri testkeskkonda.",
    "Vastuvõtutest on läbi.",
)
