import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.cxf.BusFactory;
import org.apache.cxf.transport.servlet.CXFNonSpringServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.openehealth.ipf.commons.ihe.hl7v3.storage.Hl7v3ContinuationStorage;

import static org.openehealth.ipf.platform.camel.ihe.hl7v3.PixPdqV3CamelValidators.iti47RequestValidator;
import static org.openehealth.ipf.platform.camel.ihe.hl7v3.PixPdqV3CamelValidators.iti47ResponseValidator;

/**
 * PDQv3 of Open eHealth IPF with its own paging: IPF cuts the answer, numbers the candidates, keeps the rest, validates every
 * continuation and cancel by schema and Schematron. Ours is only the answer that is cut: as many persons as the family name says
 * (PAGES-7). Run from source on the class path of the IHE referee. Prints READY and a line for what IPF keeps and forgets.
 */
class PagingServer {
    public static void main(String[] args) throws Exception {
        var bus = BusFactory.newInstance().createBus();
        BusFactory.setDefaultBus(bus);
        var servlet = new CXFNonSpringServlet();
        servlet.setBus(bus);
        var holder = new ServletHolder(servlet);
        holder.setInitOrder(1);
        var web = new ServletContextHandler("/");
        web.addServlet(holder, "/*");

        var jetty = new Server();
        var connector = new ServerConnector(jetty);
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        jetty.setHandler(web);
        jetty.start();

        var camel = new DefaultCamelContext();
        camel.disableJMX();
        camel.getRegistry().bind("pages", new Pages());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("pdqv3-iti47:iti47?audit=false&supportContinuation=true&continuationStorage=#pages&validationOnContinuation=true")
                        .process(iti47RequestValidator())
                        .process(exchange -> exchange.getMessage().setBody(answer(exchange.getIn().getBody(String.class))))
                        .process(iti47ResponseValidator());
            }
        });
        camel.start();
        System.out.println("READY http://127.0.0.1:" + connector.getLocalPort());
        jetty.join();
    }

    private static String answer(String request) {
        var count = Integer.parseInt(found(request, "PAGES-(\\d+)"));
        var persons = IntStream.rangeClosed(1, count).mapToObj(PagingServer::person).collect(Collectors.joining());
        return """
                <PRPA_IN201306UV02 xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ITSVersion="XML_1.0">
                <id root="2.999.1.1" extension="answer"/><creationTime value="20260316090000"/>
                <interactionId root="2.16.840.1.113883.1.6" extension="PRPA_IN201306UV02"/>
                <processingCode code="P"/><processingModeCode code="T"/><acceptAckCode code="NE"/>
                <receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE"><id root="2.999.1.10.1"/></device></receiver>
                <sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE"><id root="2.999.1.1"/></device></sender>
                <acknowledgement><typeCode code="AA"/><targetMessage>%s</targetMessage></acknowledgement>
                <controlActProcess classCode="CACT" moodCode="EVN"><code code="PRPA_TE201306UV02" codeSystem="2.16.840.1.113883.1.6"/>%s
                <queryAck>%s<statusCode code="deliveredResponse"/><queryResponseCode code="OK"/><resultTotalQuantity value="%4$d"/>
                <resultCurrentQuantity value="%4$d"/><resultRemainingQuantity value="0"/></queryAck>%5$s</controlActProcess></PRPA_IN201306UV02>
                """.formatted(found(request, "(<id [^>]*>(?:</id>)?)"), persons, found(request, "(<queryId [^>]*>(?:</queryId>)?)"), count,
                found(request, "(<queryByParameter>.*</queryByParameter>)"));
    }

    private static String person(int number) {
        return """
                <subject typeCode="SUBJ"><registrationEvent classCode="REG" moodCode="EVN"><id nullFlavor="NA"/><statusCode code="active"/>
                <subject1 typeCode="SBJ"><patient classCode="PAT"><id root="2.999.1.1" extension="%1$d"/><statusCode code="active"/>
                <patientPerson classCode="PSN" determinerCode="INSTANCE"><name><family>PAGES</family><given>N%1$d</given></name></patientPerson>
                <providerOrganization classCode="ORG" determinerCode="INSTANCE"><id root="2.999.1.1"/><name>IPF</name>
                <contactParty classCode="CON"><telecom nullFlavor="NA"/></contactParty></providerOrganization>
                <subjectOf1><queryMatchObservation classCode="COND" moodCode="EVN"><code code="IHE_PDQ"/><value xsi:type="INT" value="90"/>
                </queryMatchObservation></subjectOf1></patient></subject1>
                <custodian typeCode="CST"><assignedEntity classCode="ASSIGNED"><id root="2.999.1.1"/></assignedEntity></custodian>
                </registrationEvent></subject>""".formatted(number);
    }

    private static String found(String text, String shape) {
        Matcher matcher = Pattern.compile(shape, Pattern.DOTALL).matcher(text);
        if (!matcher.find()) throw new IllegalArgumentException("no " + shape);
        return matcher.group(1);
    }

    /** What IPF keeps of each search. */
    private static final class Pages implements Hl7v3ContinuationStorage {
        private final Map<String, Object> kept = new ConcurrentHashMap<>();

        @Override
        public void storeMessage(String key, String message) {
            kept.put(key, message);
            System.out.println("kept " + key);
        }

        @Override
        public String getMessage(String key) {
            return (String) kept.get(key);
        }

        @Override
        public void storeLastResultNumber(String key, int lastResultNumber) {
            kept.put(key + "/last", lastResultNumber);
        }

        @Override
        public int getLastResultNumber(String key) {
            return (Integer) kept.getOrDefault(key + "/last", -1);
        }

        @Override
        public void storeContinuationQuantity(String key, int continuationQuantity) {
            kept.put(key + "/quantity", continuationQuantity);
        }

        @Override
        public int getContinuationQuantity(String key) {
            return (Integer) kept.getOrDefault(key + "/quantity", -1);
        }

        @Override
        public boolean remove(String key) {
            System.out.println("forgotten " + key);
            return kept.remove(key) != null;
        }
    }
}
