"""Uses the registry and the repository of the simulator with a client that this project did not write (zeep).

Arguments: the service description, a file of JSON with the addresses, the authority of the server, the
assertion, the objects to register, the document and its query. Prints one line of JSON.

zeep knows no substitution groups, on which ebRIM is built: the list of objects is put into its request, and read
out of its answer, as XML. Everything else (envelope, headers, documents, faults) is its own.
"""

import base64
import hashlib
import json
import sys

import requests
import zeep
from lxml import etree
from zeep.plugins import Plugin

RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
XDS = "urn:ihe:iti:xds-b:2007"
WSA = "http://www.w3.org/2005/08/addressing"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"

description, settings = sys.argv[1:3]
with open(settings, encoding="utf-8") as file:
    given = json.load(file)


class Objects(Plugin):
    """Puts the list of objects where zeep left its place empty."""

    def egress(self, envelope, http_headers, operation, binding_options):
        for place in envelope.iter("{%s}SubmitObjectsRequest" % LCM):
            for old in place.findall("{%s}RegistryObjectList" % RIM):
                place.remove(old)
            place.append(etree.fromstring(given["objects"]))
        return envelope, http_headers


class WithoutAction(Plugin):
    """Takes the action out of the headers."""

    def egress(self, envelope, http_headers, operation, binding_options):
        for action in list(envelope.iter("{%s}Action" % WSA)):
            action.getparent().remove(action)
        return envelope, http_headers


session = requests.Session()
# Nothing of the machine: no proxy, no other authorities.
session.trust_env = False
session.verify = given["authority"]
transport = zeep.Transport(session=session)


def service(address, *plugins):
    client = zeep.Client(description, transport=transport, plugins=list(plugins))
    return client, client.create_service("{%s}XdsBinding" % XDS, address)


def security(assertion):
    header = etree.Element("{%s}Security" % WSSE)
    header.append(etree.fromstring(assertion))
    return [header]


def register(assertion, *plugins):
    _, port = service(given["register"], Objects(), *plugins)
    document = {"id": given["id"], "_value_1": base64.b64decode(given["document"])}
    answer = port.ProvideAndRegisterDocumentSet(
        SubmitObjectsRequest={"RegistryObjectList": {}}, Document=[document], _soapheaders=security(assertion)
    )
    errors = answer.RegistryErrorList.RegistryError if answer.RegistryErrorList else []
    return answer.status, [error.errorCode for error in errors]


def query():
    client, port = service(given["query"])
    wanted = "('%s')" % given["uniqueId"]
    with client.settings(raw_response=True):
        answer = port.RegistryStoredQuery(
            ResponseOption={"returnType": "LeafClass", "returnComposedObjects": True},
            AdhocQuery={
                "id": "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4",
                "Slot": [{"name": "$XDSDocumentEntryUniqueId", "ValueList": {"_value_1": [{"Value": wanted}]}}],
            },
            _soapheaders=security(given["assertion"]),
        )
    entries = etree.fromstring(answer.content).findall(".//{%s}ExtrinsicObject" % RIM)
    slots = {slot.get("name"): slot.findtext(".//{%s}Value" % RIM) for entry in entries for slot in entry}
    return len(entries), slots["repositoryUniqueId"]


def retrieve(repository):
    _, port = service(given["retrieve"])
    answer = port.RetrieveDocumentSet(
        DocumentRequest=[{"RepositoryUniqueId": repository, "DocumentUniqueId": given["uniqueId"]}],
        _soapheaders=security(given["assertion"]),
    )
    [response] = answer.DocumentResponse
    return response.mimeType, hashlib.sha1(bytes(response.Document)).hexdigest()


def fault(*arguments):
    try:
        register(*arguments)
    except zeep.exceptions.Fault as error:
        return [str(code) for code in [error.code, *(error.subcodes or [])]]


first = register(given["assertion"])
count, repository = query()
print(
    json.dumps(
        {
            "first": first,
            "again": register(given["assertion"]),
            "entries": count,
            "document": retrieve(repository),
            "noAction": fault(given["assertion"], WithoutAction()),
            "changed": fault(given["assertion"].replace("FICTIF", "FACTIF")),
        }
    )
)
