import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import ihe.iti.xds_b._2007.DocumentRequestType;
import ihe.iti.xds_b._2007.ProvideAndRegisterDocumentSetRequestType;
import ihe.iti.xds_b._2007.RetrieveDocumentSetRequestType;
import ihe.iti.xds_b._2007.RetrieveDocumentSetResponseType;
import ihe.iti.xds_b._2007.Xds;
import insi.Insi;
import insi.NationalId;
import insi.Outcome;
import insi.Person;
import insi.Result;
import insi.SearchByCard;
import insi.SearchByTraits;
import insi.Traits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import javax.jws.WebService;
import javax.xml.bind.JAXBElement;
import javax.xml.namespace.QName;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.ws.BindingType;
import javax.xml.ws.Endpoint;
import javax.xml.ws.handler.Handler;
import javax.xml.ws.handler.MessageContext;
import javax.xml.ws.handler.soap.SOAPHandler;
import javax.xml.ws.handler.soap.SOAPMessageContext;
import javax.xml.ws.soap.Addressing;
import javax.xml.ws.soap.SOAPBinding;
import oasis.names.tc.ebxml_regrep.xsd.query._3.AdhocQueryRequest;
import oasis.names.tc.ebxml_regrep.xsd.query._3.AdhocQueryResponse;
import oasis.names.tc.ebxml_regrep.xsd.rim._3.ExternalIdentifierType;
import oasis.names.tc.ebxml_regrep.xsd.rim._3.ExtrinsicObjectType;
import oasis.names.tc.ebxml_regrep.xsd.rim._3.IdentifiableType;
import oasis.names.tc.ebxml_regrep.xsd.rim._3.RegistryObjectListType;
import oasis.names.tc.ebxml_regrep.xsd.rim._3.SlotType1;
import oasis.names.tc.ebxml_regrep.xsd.rim._3.ValueListType;
import oasis.names.tc.ebxml_regrep.xsd.rs._3.RegistryResponseType;
import org.apache.xml.security.signature.XMLSignature;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The far side for tests, on a SOAP stack that this project did not write (JAX-WS RI). It prints
 * READY and its address, then one line of JSON for each request it received.
 *
 * All but /large verify the assertion in the bytes of the request as they came (Apache Santuario);
 * /large has no handler: with one, this stack never answers a large document.
 */
public final class Peer {
  static final String SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success";
  static final String WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
  static final String SAML = "urn:oasis:names:tc:SAML:2.0:assertion";
  static final String REPOSITORY = "2.999.7";
  static final String RESOURCE = "urn:oasis:names:tc:xacml:2.0:resource:resource-id";
  /** The patient that the assertion of this request names, as it names it; empty for none. */
  static final ThreadLocal<String> PATIENT = ThreadLocal.withInitial(() -> "");

  public static void main(String[] args) throws Exception {
    org.apache.xml.security.Init.init();
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newFixedThreadPool(4));

    publish(server, "/insi", new InsiService(), true);
    publish(server, "/xds", new XdsService(), true);
    publish(server, "/dossier", new DossierPeer.Dossiers(), true);
    publish(server, "/authorizations", new DossierPeer.Accesses(), true);
    publish(server, "/large", new XdsService(), false);

    server.start();
    System.out.println("READY http://127.0.0.1:" + server.getAddress().getPort());
    // Ends with whoever started it.
    while (System.in.read() >= 0) {}
    System.exit(0);
  }

  static void publish(HttpServer server, String path, Object service, boolean small) {
    Endpoint endpoint = Endpoint.create(service);
    if (small) endpoint.getBinding().setHandlerChain(Collections.<Handler>singletonList(new Understands()));
    HttpContext context = server.createContext(path);
    if (small) context.getFilters().add(new Judge(path));
    endpoint.publish(context);
  }

  static synchronized void tell(String path, String action, String assertion) {
    System.out.println("{\"path\":\"" + path + "\",\"action\":\"" + action + "\",\"assertion\":\"" + assertion + "\"}");
  }

  /** Declares the header of security as understood; the filter has judged what is in it. */
  static final class Understands implements SOAPHandler<SOAPMessageContext> {
    public Set<QName> getHeaders() {
      return new HashSet<QName>(Collections.singleton(new QName(WSSE, "Security")));
    }
    public boolean handleMessage(SOAPMessageContext context) { return true; }
    public boolean handleFault(SOAPMessageContext context) { return true; }
    public void close(MessageContext context) {}
  }

  /** Looks at the bytes of a request before the stack does, and refuses an assertion whose signature does not hold. */
  static final class Judge extends Filter {
    private final String path;

    Judge(String path) { this.path = path; }

    public String description() { return "signature of the assertion"; }

    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
      byte[] body = readAll(exchange.getRequestBody());
      PATIENT.set("");
      String verdict = assertionOf(envelopeOf(body));
      tell(path, actionOf(exchange), verdict);
      if (verdict.equals("invalid")) {
        refuse(exchange);
        return;
      }
      exchange.setStreams(new ByteArrayInputStream(body), null);
      chain.doFilter(exchange);
    }
  }

  static String actionOf(HttpExchange exchange) {
    String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
    int at = type.indexOf("action=\"");
    return at < 0 ? "" : type.substring(at + 8, type.indexOf('"', at + 8));
  }

  static byte[] readAll(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[65536];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) out.write(buffer, 0, n);
    return out.toByteArray();
  }

  /** The envelope of a plain or of a multipart message. */
  static byte[] envelopeOf(byte[] body) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    int start = text.indexOf("<soap:Envelope");
    int end = text.indexOf("</soap:Envelope>");
    if (start < 0 || end < 0) return body;
    return text.substring(start, end + "</soap:Envelope>".length()).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** none, unsigned, valid or invalid. */
  static String assertionOf(byte[] envelope) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(envelope));
      NodeList found = document.getElementsByTagNameNS(SAML, "Assertion");
      if (found.getLength() == 0) return "none";
      Element assertion = (Element) found.item(0);
      assertion.setIdAttributeNS(null, "ID", true);
      PATIENT.set(patientOf(assertion));

      NodeList signatures = assertion.getElementsByTagNameNS("http://www.w3.org/2000/09/xmldsig#", "Signature");
      if (signatures.getLength() == 0) return "unsigned";
      XMLSignature signature = new XMLSignature((Element) signatures.item(0), "");
      return signature.checkSignatureValue(signature.getKeyInfo().getX509Certificate()) ? "valid" : "invalid";
    } catch (Exception error) {
      return "invalid";
    }
  }

  static String patientOf(Element assertion) {
    NodeList attributes = assertion.getElementsByTagNameNS(SAML, "Attribute");
    for (int i = 0; i < attributes.getLength(); i++) {
      Element attribute = (Element) attributes.item(i);
      if (RESOURCE.equals(attribute.getAttribute("Name"))) return attribute.getTextContent().trim();
    }
    return "";
  }

  static void refuse(HttpExchange exchange) throws IOException {
    byte[] fault = ("<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><s:Fault><s:Code>"
      + "<s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:w=\"" + WSSE + "\">w:FailedCheck</s:Value></s:Subcode></s:Code>"
      + "<s:Reason><s:Text xml:lang=\"en\">signature</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/soap+xml; charset=utf-8");
    exchange.sendResponseHeaders(500, fault.length);
    exchange.getResponseBody().write(fault);
    exchange.close();
  }

  /** One person; the same for whoever has the same birth name, none for others. */
  @WebService(endpointInterface = "insi.Insi", serviceName = "InsiService", portName = "InsiPort", targetNamespace = "http://www.cnamts.fr/webservice")
  @BindingType(SOAPBinding.SOAP12HTTP_BINDING)
  @Addressing(required = true)
  public static final class InsiService implements Insi {
    public Result rechercherInsAvecTraitsIdentite(SearchByTraits body) {
      return resultOf(body.getNomNaissance(), body.getPrenom().isEmpty() ? null : body.getPrenom().get(0), body.getSexe(), body.getDateNaissance());
    }

    public Result rechercherInsAvecCarteVitale(SearchByCard body) {
      return resultOf(body.getNomNaissance(), null, null, body.getDateNaissance());
    }

    private static Result resultOf(String name, String first, String sex, String date) {
      Result result = new Result();
      Outcome outcome = new Outcome();
      result.setCR(outcome);
      boolean found = "ECETINSI".equals(name);
      outcome.setCodeCR(found ? "00" : "01");
      outcome.setLibelleCR(found ? "OK" : "Aucune identite trouvee");
      if (!found) return result;

      insi.Number number = new insi.Number();
      number.setNumIdentifiant("1090763220834");
      NationalId active = new NationalId();
      active.setIdIndividu(number);
      active.setOID("1.2.250.1.213.1.4.8");
      Traits traits = new Traits();
      traits.setNomNaissance(name);
      traits.setPrenom(first);
      traits.setSexe(sex);
      traits.setDateNaissance(date);
      Person person = new Person();
      person.setINSACTIF(active);
      person.setTIQ(traits);
      result.setINDIVIDU(person);
      return result;
    }
  }

  /** Registry and repository in memory. */
  @WebService(endpointInterface = "ihe.iti.xds_b._2007.Xds", serviceName = "XdsService", portName = "XdsPort", targetNamespace = "urn:ihe:iti:xds-b:2007")
  @BindingType(SOAPBinding.SOAP12HTTP_MTOM_BINDING)
  @Addressing(required = true)
  public static final class XdsService implements Xds {
    private static final String UNIQUE_ID = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab";
    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
    private final Map<String, ExtrinsicObjectType> entries = new ConcurrentHashMap<>();

    public RegistryResponseType provideAndRegisterDocumentSet(ProvideAndRegisterDocumentSetRequestType body) {
      Map<String, byte[]> received = new ConcurrentHashMap<>();
      for (ProvideAndRegisterDocumentSetRequestType.Document document : body.getDocument()) {
        received.put(document.getId(), document.getValue());
      }
      for (JAXBElement<? extends IdentifiableType> object : body.getSubmitObjectsRequest().getRegistryObjectList().getIdentifiable()) {
        if (!(object.getValue() instanceof ExtrinsicObjectType)) continue;
        ExtrinsicObjectType entry = (ExtrinsicObjectType) object.getValue();
        String uniqueId = uniqueIdOf(entry);
        contents.put(uniqueId, received.get(entry.getId()));
        entry.setStatus("urn:oasis:names:tc:ebxml-regrep:StatusType:Approved");
        entry.getSlot().add(slot("repositoryUniqueId", REPOSITORY));
        entries.put(uniqueId, entry);
      }
      RegistryResponseType response = new RegistryResponseType();
      response.setStatus(SUCCESS);
      return response;
    }

    public AdhocQueryResponse registryStoredQuery(AdhocQueryRequest body) {
      RegistryObjectListType list = new RegistryObjectListType();
      for (ExtrinsicObjectType entry : entries.values()) {
        list.getIdentifiable().add(new oasis.names.tc.ebxml_regrep.xsd.rim._3.ObjectFactory().createExtrinsicObject(entry));
      }
      AdhocQueryResponse response = new AdhocQueryResponse();
      response.setStatus(SUCCESS);
      response.setRegistryObjectList(list);
      return response;
    }

    public RetrieveDocumentSetResponseType retrieveDocumentSet(RetrieveDocumentSetRequestType body) {
      RegistryResponseType status = new RegistryResponseType();
      status.setStatus(SUCCESS);
      RetrieveDocumentSetResponseType response = new RetrieveDocumentSetResponseType();
      response.setRegistryResponse(status);
      for (DocumentRequestType asked : body.getDocumentRequest()) {
        byte[] content = contents.get(asked.getDocumentUniqueId());
        if (content == null) continue;
        RetrieveDocumentSetResponseType.DocumentResponse document = new RetrieveDocumentSetResponseType.DocumentResponse();
        document.setRepositoryUniqueId(asked.getRepositoryUniqueId());
        document.setDocumentUniqueId(asked.getDocumentUniqueId());
        document.setMimeType("text/xml");
        document.setDocument(content);
        response.getDocumentResponse().add(document);
      }
      return response;
    }

    private static String uniqueIdOf(ExtrinsicObjectType entry) {
      for (ExternalIdentifierType identifier : entry.getExternalIdentifier()) {
        if (UNIQUE_ID.equals(identifier.getIdentificationScheme())) return identifier.getValue();
      }
      return "";
    }

    private static SlotType1 slot(String name, String value) {
      ValueListType values = new ValueListType();
      values.getValue().add(value);
      SlotType1 slot = new SlotType1();
      slot.setName(name);
      slot.setValueList(values);
      return slot;
    }
  }
}
