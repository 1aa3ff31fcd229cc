"""A practice software in Python, on the public wires only: it deposits by mail and reads what comes back.

Started by the kit: `python3 ehr.py`, with the folder of the world in KIT_WORLD. Standard library only.
"""

import base64, email, hashlib, io, json, os, poplib, re, smtplib, ssl, sys, unicodedata, uuid, zipfile
from datetime import datetime, timezone
from email.message import EmailMessage
from email.policy import SMTP, default as MODERN
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
WORLD = Path(os.environ["KIT_WORLD"])
world = json.loads((WORLD / "world.json").read_text("utf8"))
templates = {name: (HERE / f"../templates/{name}.xml").read_text("utf8") for name in ("cda", "metadata")}
deposits = {}

TYPE = {"typeCode": "CERT_DECL", "typeSystem": "1.2.250.1.213.1.1.4.12", "typeLabel": "Certificat, déclaration",
        "classCode": "52", "classLabel": "Certificat, déclaration"}
LABELS = {"birthName": "nom de naissance", "firstName": "prénom", "birthDate": "date de naissance", "sex": "sexe"}


CODES = {"900": "La version remplacée n'est pas la dernière.", "901": "Seul l'auteur peut remplacer le document.",
         "902": "Identifiant de patient inconnu : vérifiez le dossier.", "903": "Le document ne porte pas d'INS.",
         "904": "Refus 904 : format non pris en charge.", "905": "Refus 905 : type non pris en charge.",
         "906": "Refus 906 : autre erreur, le document est refusé."}


class Refusal(Exception):
    """What the user is told instead of a deposit."""


def new_oid():
    return f"2.25.{uuid.uuid4().int}"


def wire_name(name, field):
    plain = re.sub("[’‘]", "'", name).replace("œ", "oe").replace("Œ", "OE").replace("ł", "l").replace("Ł", "L")
    plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c)).upper()
    if not re.fullmatch("[A-Z' -]+", plain):
        raise Refusal(f"Le {field} contient un caractère qui ne se transmet pas.")
    return plain


def check(patient, request, pdf):
    if request.get("consent") is not True:
        raise Refusal("Le dépôt demande l'accord du patient : cochez son consentement.")
    traits = patient["traits"]
    for name, label in LABELS.items():
        if not str(traits.get(name) or "").strip():
            raise Refusal(f"Il manque le {label} du patient : complétez sa fiche.")
    place = traits.get("birthPlace") or {}
    in_france = place.get("countryInsee", "99100") == "99100"
    if not place or (in_france and not (place.get("communeInsee") or place.get("postalCode"))):
        raise Refusal("Il manque le lieu de naissance du patient : indiquez la commune, ou le pays.")
    if re.search(r"[\^&|~]", patient["localId"]["value"]):
        raise Refusal("Le numéro de dossier contient un caractère interdit.")
    if patient.get("ins"):
        value = patient["ins"]["value"]
        body = int(value[:13].replace("2A", "19").replace("2B", "18"))
        if int(value[13:]) != 97 - body % 97:
            raise Refusal("La clé de l'INS est fausse : vérifiez le matricule.")
    if not pdf.startswith(b"%PDF-"):
        raise Refusal("Ce fichier n'est pas un PDF, ou le PDF est vide.")
    for word, why in ((b"/Encrypt", "est chiffré"), (b"/JavaScript", "contient un script"), (b"/EmbeddedFile", "contient un fichier joint")):
        if word in pdf:
            raise Refusal(f"Le PDF {why} : imprimez-le de nouveau.")


def fill(text, values, xml):
    return re.sub(r"\{\{(\w+)\}\}", lambda m: xml[m[1]] if m[1] in xml else escape(str(values[m[1]])), text)


def make(patient, request, pdf, unique_id):
    traits, local = patient["traits"], patient["localId"]
    ins = patient.get("ins") if patient.get("identityStatus") == "QUAL" else None
    now = datetime.fromisoformat(request["at"]) if "at" in request else datetime.now(ZoneInfo("Europe/Paris"))
    birth, first = wire_name(traits["birthName"], "nom de naissance"), wire_name(traits["firstName"], "prénom")
    every = " ".join(wire_name(name, "prénom") for name in traits.get("birthFirstNames", [traits["firstName"]]))
    place = (traits.get("birthPlace") or {}).get("communeInsee") or (traits.get("birthPlace") or {}).get("countryInsee", "")
    local_cx = f"{local['value']}^^^&{local['system']}&ISO^PI"
    sex = traits["sex"] if traits["sex"] in ("M", "F") else "U"
    values = {
        **TYPE, "uniqueId": unique_id, "setId": new_oid(), "version": 1,
        "title": request.get("title", TYPE["typeLabel"]),
        "localTime": now.strftime("%Y%m%d%H%M%S%z"), "utcTime": now.astimezone(timezone.utc).strftime("%Y%m%d%H%M%S"),
        "localId": local["value"], "localSystem": local["system"], "sex": sex,
        "sexLabel": {"M": "Masculin", "F": "Féminin"}.get(sex, "Inconnu"), "birthDate": traits["birthDate"].replace("-", ""),
        "patientId": f"{ins['value']}^^^&{ins['oid']}&ISO^NH" if ins else local_cx, "sourcePatientId": local_cx,
        "submissionId": new_oid(), "pdf": base64.b64encode(pdf).decode(),
    }
    names = f'<family qualifier="BR">{birth}</family><given>{every}</given><given qualifier="BR">{first}</given>'
    cda = fill(templates["cda"], values, {
        "insId": f'<id extension="{ins["value"]}" root="{ins["oid"]}"/>' if ins else "",
        "patientName": names, "birthPlace": f"<county>{place}</county>" if place else "", "related": "",
    }).encode("utf8")
    rows = [f"PID-5|{birth}^{first}^{every}^^^^L", f"PID-7|{values['birthDate']}", f"PID-8|{sex}", f"PID-11|^^^^^^BDL^^{place}"]
    metadata = fill(templates["metadata"], {**values, "hash": hashlib.sha1(cda).hexdigest(), "size": len(cda)}, {
        "patientInfo": "".join(f"<rim:Value>{escape(row)}</rim:Value>" for row in rows), "masks": "", "replacement": "",
    }).encode("utf8")
    return archive(cda, metadata), f"{birth} {first}", ins is not None


def archive(cda, metadata):
    readme = "Emetteur\n========\nNom : ELODIE FICTIF\nOrganisme : CABINET FICTIF\n\nApplication de l'emetteur\n=========================\nNom : exemple\nVersion : 1.0\nEditeur : exemple\n\nInstructions\n============\nDocuments de sante au format CDA.\n\nArborescence\n============\nINDEX.HTM\nREADME.TXT\nIHE_XDM/SUBSET01/METADATA.XML\nIHE_XDM/SUBSET01/DOC0001.XML\n"
    index = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.1//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic11.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="fr"><head><title>IHE XDM</title></head><body><p><a href="README.TXT">README.TXT</a></p></body></html>\n'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("INDEX.HTM", index)
        folder.writestr("README.TXT", readme)
        folder.writestr("IHE_XDM/SUBSET01/METADATA.XML", metadata)
        folder.writestr("IHE_XDM/SUBSET01/DOC0001.XML", cda)
    return out.getvalue()


def trust():
    context = ssl.create_default_context(cafile=str(WORLD / "ca.pem"))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def send(message):
    context = trust()
    context.load_cert_chain(WORLD / "structure.pem", WORLD / "structure-key.pem")
    server = world["smtp"]
    with smtplib.SMTP(server["host"], server["port"], timeout=10) as smtp:
        # The name in the certificate is not the address of this machine.
        smtp._host = server["serverName"]
        smtp.starttls(context=context)
        smtp.send_message(message)


def deposit(patient, request):
    pdf = Path(request["file"]).read_bytes()
    check(patient, request, pdf)
    unique_id = new_oid()
    packed, person, has_ins = make(patient, request, pdf, unique_id)
    sender = world["mailbox"]["address"]
    born = "/".join(reversed(patient["traits"]["birthDate"].split("-")))

    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = f"Elodie FICTIF <{sender}>", world["depositAddress"]
    message["Subject"] = f"XDM/1.0/DDM+{TYPE['typeLabel']} {person} {born}"
    message["Message-ID"] = f"<{uuid.uuid4()}@{sender.split('@')[1]}>"
    message["Date"] = datetime.now(timezone.utc)
    message["Disposition-Notification-To"] = sender
    message["X-MSS-CODECDA"], message["X-MSS-INS"] = TYPE["typeCode"], "O" if has_ins else "N"
    message.set_content("Un document de santé est joint à ce message.\n")
    message.add_attachment(packed, maintype="application", subtype="zip", filename="IHE_XDM.zip")
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename="document.pdf")

    deposits[unique_id] = {"id": message["Message-ID"], "state": "waiting", "code": None}
    try:
        send(message)
    except (OSError, smtplib.SMTPException):
        return {"outcome": "failed", "shown": "Le serveur de messagerie n'a pas pris le document."}
    deposits[unique_id]["state"] = "accepted"
    return {"outcome": "done", "shown": "Document pris en charge par la messagerie.", "values": {"deposit": {"uniqueId": unique_id}}}


def read_reports():
    box = world["mailbox"]
    pop = poplib.POP3_SSL(world["pop3"]["host"], world["pop3"]["port"], context=unnamed(), timeout=10)
    pop.user(box["user"])
    pop.pass_(box["password"])
    unmatched = []
    for number in range(1, pop.stat()[0] + 1):
        mail = email.message_from_bytes(b"\r\n".join(pop.retr(number)[1]), policy=MODERN)
        if not apply(mail):
            unmatched.append(str(number))
    pop.quit()
    return {"outcome": "done", "values": {"unmatched": unmatched or None}}


def unnamed():
    """poplib knows one name only, that of the address: the authority is checked all the same."""
    context = trust()
    context.check_hostname = False
    return context


def apply(mail):
    text = mail.as_string()
    sender = (re.search(r"[^<\s]+@[^>\s]+", mail.get("From", "")) or [""])[0]
    ids = set(re.findall(r"<[^<>\s]+>", " ".join([mail.get("In-Reply-To", ""), mail.get("References", "")])))
    original = re.search(r"^Original-Message-ID:\s*(<[^>]+>)", text, re.M)
    if original:
        ids.add(original[1])
    known = next((each for each in deposits.values() if each["id"] in ids), None)
    if known is None or sender != world["depositAddress"]:
        return False

    code = re.search(r"\b(\d{3})\^", text) or re.search(r"\]\[(\d{3})\]", mail.get("Subject", ""))
    refused = re.search(r"^Disposition:.*processed/error", text, re.M | re.I) or mail.get("Subject", "").startswith("[KO")
    known.update({"state": "rejected", "code": code and code[1]} if refused else {"state": "integrated"})
    return True


def state(request):
    known = deposits.get((request.get("deposit") or {}).get("uniqueId"))
    values = {"state": known["state"], "code": known["code"]} if known else {"state": "unknown"}
    meaning = CODES.get(values.get("code"), f"État du dépôt : {values['state']}")
    return {"outcome": "done", "shown": meaning, "values": values}


def answer(request):
    name, wanted = request["act"], request["input"]
    if name == "document.deposit" and wanted.get("kind") == "letter":
        return deposit(request["patient"], wanted)
    if name == "deposit.state":
        return state(wanted)
    if name == "reports.read":
        return read_reports()
    return {"outcome": "unsupported"}


for line in sys.stdin:
    if not line.startswith("{"):
        continue
    try:
        told = answer(json.loads(line))
    except Refusal as refusal:
        told = {"outcome": "refused", "shown": str(refusal)}
    except Exception as error:  # The kit wants an answer to each gesture.
        told = {"outcome": "failed", "shown": f"Erreur : {type(error).__name__}"}
    print(json.dumps(told), flush=True)
