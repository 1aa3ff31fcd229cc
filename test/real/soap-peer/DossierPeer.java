import com.sun.xml.ws.developer.SchemaValidation;
import dossier.Access;
import dossier.AccessAction;
import dossier.AccessAnswer;
import dossier.AccessChange;
import dossier.AccessOutput;
import dossier.Acknowledgement;
import dossier.AcknowledgementDetail;
import dossier.AnswerAct;
import dossier.AttentionLine;
import dossier.CS;
import dossier.CV;
import dossier.CreationAnswer;
import dossier.CreationRequest;
import dossier.Dossier;
import dossier.EventSubject;
import dossier.ExistenceAnswer;
import dossier.ExistenceQuestion;
import dossier.Frame;
import dossier.II;
import dossier.Observation;
import dossier.PatientRole;
import dossier.QueryAck;
import dossier.Registered;
import dossier.Registration;
import dossier.SubjectOf;
import dossier.TS;
import dossier.TargetMessage;
import dossier.WrappedAnswer;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.jws.WebService;
import javax.xml.ws.BindingType;
import javax.xml.ws.soap.Addressing;
import javax.xml.ws.soap.SOAPBinding;

/**
 * Existence, creation and access to dossiers in memory. A request that is not valid under our contract
 * is refused by the stack. Who has access is kept by what the assertion names.
 */
final class DossierPeer {
  static final String HL7 = "2.16.840.1.113883.1.6";
  static final Map<String, PatientRole> dossiers = new ConcurrentHashMap<>();
  /** Patients, as assertions name them, whose dossier is open to the professional. */
  static final Set<String> open = ConcurrentHashMap.newKeySet();

  private DossierPeer() {}

  static String key(II id) { return id.getExtension() + "^^^&" + id.getRoot(); }

  /** A CX as an assertion writes it, by value and domain alone. */
  static String key(String cx) {
    String[] parts = cx.split("\\^");
    String[] authority = parts.length > 3 ? parts[3].split("&") : new String[0];
    return authority.length > 1 ? parts[0] + "^^^&" + authority[1] : "";
  }

  @WebService(endpointInterface = "dossier.Dossier", serviceName = "DossierService", portName = "DossierPort", targetNamespace = "urn:terr-esante:tests")
  @BindingType(SOAPBinding.SOAP12HTTP_BINDING)
  @Addressing(required = true)
  @SchemaValidation
  public static final class Dossiers implements Dossier {
    public ExistenceAnswer existence(ExistenceQuestion body) {
      II asked = body.getControlActProcess().getQueryByParameter().getParameterList().getPatientIdentifier().getValue();
      PatientRole known = dossiers.get(key(asked));

      ExistenceAnswer answer = new ExistenceAnswer();
      frame(answer, body, "PRPA_IN201308UV02");
      answer.setAcknowledgement(acknowledgement("AA", body));
      AnswerAct act = new AnswerAct();
      act.setClassCode("CACT");
      act.setMoodCode("EVN");
      QueryAck ack = new QueryAck();
      ack.setQueryId(body.getControlActProcess().getQueryByParameter().getQueryId());
      ack.setQueryResponseCode(code(known == null ? "NF" : "OK"));
      act.setQueryAck(ack);
      act.setQueryByParameter(body.getControlActProcess().getQueryByParameter());
      answer.setControlActProcess(act);
      if (known == null) return answer;

      act.setSubject(subject(known));
      AttentionLine line = new AttentionLine();
      line.setKeyWordText(coded("AUTORISATION", "2.999.1.2.61"));
      line.setValue(coded(open.contains(key(asked)) ? "VALIDE" : "ABSENTE", "2.999.1.2.61"));
      answer.getAttentionLine().add(line);
      return answer;
    }

    public WrappedAnswer creation(CreationRequest body) {
      PatientRole patient = body.getControlActProcess().getSubject().getRegistrationRequest().getSubject1().getPatient();
      String key = key(patient.getId().get(0));
      String refusal = dossiers.containsKey(key) ? "DMPFound" : consented(patient) ? null : "SIMConsent";

      CreationAnswer answer = new CreationAnswer();
      WrappedAnswer wrapped = new WrappedAnswer();
      if (refusal == null) {
        dossiers.put(key, patient);
        frame(answer, body, "PRPA_IN201312UV02");
        answer.setAcknowledgement(acknowledgement("CA", body));
        wrapped.setPRPAIN201312UV02(answer);
        return wrapped;
      }
      frame(answer, body, "PRPA_IN201313UV02");
      answer.setAcknowledgement(acknowledgement("CE", body));
      AcknowledgementDetail detail = new AcknowledgementDetail();
      detail.setTypeCode("E");
      detail.setCode(coded(refusal, "2.16.840.1.113883.12.357"));
      detail.setText(refusal);
      answer.getAcknowledgement().getAcknowledgementDetail().add(detail);
      wrapped.setPRPAIN201313UV02(answer);
      return wrapped;
    }

    private static boolean consented(PatientRole patient) {
      for (SubjectOf of : patient.getSubjectOf()) {
        Observation observation = of.getAdministrativeObservation();
        if (!"CONSENTEMENT_OUVERTURE".equals(observation.getCode().getCode())) continue;
        return observation.getValue() instanceof dossier.BL && ((dossier.BL) observation.getValue()).isValue();
      }
      return false;
    }

    /** The dossier as it was created: the traits come back as they were read. */
    private static EventSubject subject(PatientRole known) {
      PatientRole patient = new PatientRole();
      patient.getId().addAll(known.getId());
      patient.setStatusCode(code("active"));
      patient.setPatientPerson(known.getPatientPerson());
      Registered registered = new Registered();
      registered.setPatient(patient);
      Registration event = new Registration();
      event.setStatusCode(code("active"));
      event.setSubject1(registered);
      EventSubject subject = new EventSubject();
      subject.setRegistrationEvent(event);
      return subject;
    }

    private static void frame(Frame answer, Frame asked, String name) {
      answer.setITSVersion("XML_1.0");
      answer.setId(id("2.999.1.2", UUID.randomUUID().toString()));
      TS now = new TS();
      now.setValue("20260316090000");
      answer.setCreationTime(now);
      answer.setInteractionId(id(HL7, name));
      answer.setProcessingCode(code("T"));
      answer.setProcessingModeCode(code("T"));
      answer.setAcceptAckCode(code("NE"));
      answer.setReceiver(asked.getSender());
      answer.setSender(asked.getReceiver());
    }

    private static Acknowledgement acknowledgement(String type, Frame asked) {
      TargetMessage target = new TargetMessage();
      target.setId(asked.getId());
      Acknowledgement said = new Acknowledgement();
      said.setTypeCode(code(type));
      said.setTargetMessage(target);
      return said;
    }

    private static II id(String root, String extension) {
      II id = new II();
      id.setRoot(root);
      id.setExtension(extension);
      return id;
    }

    private static CS code(String value) {
      CS code = new CS();
      code.setCode(value);
      return code;
    }

    private static CV coded(String value, String system) {
      CV code = new CV();
      code.setCode(value);
      code.setCodeSystem(system);
      return code;
    }
  }

  /** Names neither patient nor professional: both are those of the assertion. */
  @WebService(endpointInterface = "dossier.Access", serviceName = "DossierService", portName = "AccessPort", targetNamespace = "urn:terr-esante:tests")
  @BindingType(SOAPBinding.SOAP12HTTP_BINDING)
  @Addressing(required = true)
  @SchemaValidation
  public static final class Accesses implements Access {
    public AccessAnswer access(AccessChange body) {
      String patient = key(Peer.PATIENT.get());
      boolean known = dossiers.containsKey(patient);
      if (known && body.getAction() == AccessAction.AJOUT) open.add(patient);
      if (known && body.getAction() == AccessAction.SUPPRESSION) open.remove(patient);

      AccessOutput output = new AccessOutput();
      output.setStatus(known ? "DMPOk" : "SIMAbsent");
      output.setContext(known ? "fait" : "pas de dossier");
      AccessAnswer answer = new AccessAnswer();
      answer.setOutput(output);
      return answer;
    }
  }
}
