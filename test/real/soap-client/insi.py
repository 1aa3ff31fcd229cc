"""Asks the INSi of the simulator with a client that this project did not write (zeep).

Arguments: the service description, the address. Prints one line of JSON.
"""

import json
import sys
import uuid

import zeep
from lxml import etree

WSA = "http://www.w3.org/2005/08/addressing"
BAM = "urn:siram:bam:ctxbam"
LPS = "urn:siram:lps:ctxlps"


def child(parent, namespace, name, text=None, **attributes):
    node = etree.SubElement(parent, "{%s}%s" % (namespace, name), **attributes)
    node.text = text
    return node


def context(namespace, name, **attributes):
    node = etree.Element("{%s}%s" % (namespace, name), **attributes)
    child(node, namespace, "Id", str(uuid.uuid4()))
    child(node, namespace, "Temps", "2026-03-02T08:15:00Z")
    child(node, namespace, "Emetteur", "CABINET FICTIF")
    return node


def headers(action):
    call = context(BAM, "ContexteBAM", Version="01_02")
    child(call, BAM, "COUVERTURE")
    software = context(LPS, "ContexteLPS", Version="01_00", Nature="CTXLPS")
    product = child(software, LPS, "LPS")
    child(product, LPS, "IDAM", "4242", R="4")
    identifier = etree.Element("{%s}MessageID" % WSA)
    identifier.text = "uuid:%s" % uuid.uuid4()
    what = etree.Element("{%s}Action" % WSA)
    what.text = action
    return [call, software, what, identifier]


description, address = sys.argv[1:3]
client = zeep.Client(description)
service = client.create_service("{http://www.cnamts.fr/webservice}InsiBinding", address)


def search(**traits):
    action = "urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite"
    return service.rechercherInsAvecTraitsIdentite(_soapheaders=headers(action), **traits)


def fault(action):
    try:
        service.rechercherInsAvecTraitsIdentite(_soapheaders=headers(action), NomNaissance="X")
    except zeep.exceptions.Fault as error:
        return [str(code) for code in [error.code, *(error.subcodes or [])]]


found = search(NomNaissance="ECETINSI", Prenom=["PIERRE"], Sexe="M", DateNaissance="2009-07-14")
none = search(NomNaissance="PERSONNE", Sexe="M", DateNaissance="2009-07-14")
print(json.dumps({
    "code": found.CR.CodeCR,
    "number": found.INDIVIDU.INSACTIF.IdIndividu.NumIdentifiant,
    "history": len(found.INDIVIDU.INSHISTO),
    "none": none.CR.CodeCR,
    "fault": fault("urn:autre"),
}))
