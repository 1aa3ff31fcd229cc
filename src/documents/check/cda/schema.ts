/**
 * Content models of HL7 CDA R2 (with the extensions of the CI-SIS) that the header and a medical summary use: the
 * children of each type in their order. `?` at most one, `*` any number, `+` at least one, nothing: exactly one;
 * `a|b` a choice. A type that is not listed is not looked into.
 */
export const contentModels: Readonly<Record<string, string>> = {
  ClinicalDocument:
    'typeId:II id:II code:CE title?:ST effectiveTime:TS confidentialityCode:CE languageCode?:CS setId?:II versionNumber?:INT copyTime?:TS recordTarget+:RecordTarget author+:Author dataEnterer?:DataEnterer informant*:Informant custodian:Custodian informationRecipient*:InformationRecipient legalAuthenticator?:LegalAuthenticator authenticator*:Authenticator participant*:Participant1 inFulfillmentOf*:InFulfillmentOf documentationOf*:DocumentationOf relatedDocument*:RelatedDocument authorization*:Authorization componentOf?:ComponentOf component:Component2 statusCode?:Any',
  RecordTarget: 'patientRole:PatientRole',
  PatientRole: 'id+:II addr*:AD telecom*:TEL patient?:Patient providerOrganization?:Organization',
  Patient:
    'id?:II name*:PN desc?:Any administrativeGenderCode?:CE birthTime?:TS deceasedInd?:BL deceasedTime?:TS multipleBirthInd?:BL multipleBirthOrderNumber?:INT maritalStatusCode?:CE religiousAffiliationCode?:CE raceCode*:CE ethnicGroupCode*:CE guardian*:Guardian birthplace?:Birthplace languageCommunication*:Any',
  Guardian: 'id*:II code?:CE addr*:AD telecom*:TEL guardianPerson|guardianOrganization:Person|Organization',
  Birthplace: 'place:Place',
  Place: 'name?:EN addr?:AD',
  Person: 'name*:PN desc?:Any asPatientRelationship?:Any',
  Organization:
    'id*:II name*:ON telecom*:TEL addr*:AD standardIndustryClassCode?:CE asOrganizationPartOf?:OrganizationPartOf',
  OrganizationPartOf: 'id*:II code?:CE statusCode?:CS effectiveTime?:IVL_TS wholeOrganization?:Organization',
  Author: 'functionCode?:CE time:TS assignedAuthor:AssignedAuthor',
  AssignedAuthor:
    'id+:II code?:CE addr*:AD telecom*:TEL assignedPerson|assignedAuthoringDevice?:Person|AuthoringDevice representedOrganization?:Organization',
  AuthoringDevice: 'code?:CE manufacturerModelName?:SC softwareName?:SC asMaintainedEntity*:Any',
  DataEnterer: 'time?:TS assignedEntity:AssignedEntity',
  AssignedEntity:
    'id+:II code?:CE addr*:AD telecom*:TEL assignedPerson?:Person representedOrganization?:Organization patient?:Any',
  Informant: 'assignedEntity|relatedEntity:AssignedEntity|RelatedEntity',
  RelatedEntity: 'code?:CE addr*:AD telecom*:TEL effectiveTime?:IVL_TS relatedPerson?:Person',
  Custodian: 'assignedCustodian:AssignedCustodian',
  AssignedCustodian: 'representedCustodianOrganization:CustodianOrganization',
  CustodianOrganization: 'id+:II name?:ON telecom?:TEL addr?:AD',
  InformationRecipient: 'intendedRecipient:IntendedRecipient',
  IntendedRecipient: 'id*:II addr*:AD telecom*:TEL informationRecipient?:Person receivedOrganization?:Organization',
  LegalAuthenticator: 'time:TS signatureCode:CS signatureText?:Any assignedEntity:AssignedEntity',
  Authenticator: 'time:TS signatureCode:CS assignedEntity:AssignedEntity signatureText?:Any',
  Participant1: 'functionCode?:CE time?:IVL_TS associatedEntity:AssociatedEntity',
  AssociatedEntity: 'id*:II code?:CE addr*:AD telecom*:TEL associatedPerson?:Person scopingOrganization?:Organization',
  InFulfillmentOf: 'order:Order',
  Order: 'id+:II code?:CE priorityCode?:CE accessionNumber*:Any',
  DocumentationOf: 'serviceEvent:ServiceEvent',
  ServiceEvent: 'id*:II code?:CE statusCode?:CS effectiveTime?:IVL_TS performer*:Performer1',
  Performer1: 'functionCode?:CE time?:IVL_TS assignedEntity:AssignedEntity',
  RelatedDocument: 'parentDocument:ParentDocument',
  ParentDocument: 'id+:II code?:CD text?:ED setId?:II versionNumber?:INT',
  Authorization: 'consent:Consent',
  Consent: 'id*:II code?:CE statusCode:CS',
  ComponentOf: 'encompassingEncounter:EncompassingEncounter',
  EncompassingEncounter:
    'id*:II code?:CE effectiveTime:IVL_TS dischargeDispositionCode?:CE responsibleParty?:ResponsibleParty encounterParticipant*:EncounterParticipant location?:Location',
  ResponsibleParty: 'assignedEntity:AssignedEntity',
  EncounterParticipant: 'time?:IVL_TS assignedEntity:AssignedEntity',
  Location: 'healthCareFacility:HealthCareFacility',
  HealthCareFacility: 'id*:II code?:CE location?:Place serviceProviderOrganization?:Organization',
  Component2: 'nonXMLBody|structuredBody:NonXMLBody|StructuredBody',
  NonXMLBody: 'text:ED confidentialityCode?:CE languageCode?:CS',
  StructuredBody: 'confidentialityCode?:CE languageCode?:CS component+:Component3',
  Component3: 'section:Section',
  Section:
    'id?:II code?:CE title?:ST text?:Narrative confidentialityCode?:CE languageCode?:CS subject?:Subject author*:Author informant*:Informant entry*:Entry component*:Component3',
  Entry:
    'act|encounter|observation|observationMedia|organizer|procedure|regionOfInterest|substanceAdministration|supply:Act|Any|Observation|Any|Organizer|Procedure|Any|SubstanceAdministration|Any',
  EntryRelationship:
    'sequenceNumber?:INT seperatableInd?:BL act|encounter|observation|observationMedia|organizer|procedure|regionOfInterest|substanceAdministration|supply:Act|Any|Observation|Any|Organizer|Procedure|Any|SubstanceAdministration|Any',
  Component4:
    'sequenceNumber?:INT seperatableInd?:BL priorityNumber?:Any act|encounter|observation|observationMedia|organizer|procedure|regionOfInterest|substanceAdministration|supply:Act|Any|Observation|Any|Organizer|Procedure|Any|SubstanceAdministration|Any',
  Act: 'id*:II code:CD text?:ED statusCode?:CS effectiveTime?:IVL_TS priorityCode?:CE languageCode?:CS subject?:Subject specimen*:Any performer*:Any author*:Author informant*:Informant participant*:Participant2 entryRelationship*:EntryRelationship reference*:Any precondition*:Any inFulfillmentOf1*:Any',
  Observation:
    'id*:II code:CD derivationExpr?:ST text?:ED statusCode?:CS effectiveTime?:IVL_TS priorityCode?:CE repeatNumber?:Any languageCode?:CS value*:ANY interpretationCode*:CE methodCode*:CE targetSiteCode*:CD subject?:Subject specimen*:Any performer*:Any author*:Author informant*:Informant participant*:Participant2 entryRelationship*:EntryRelationship reference*:Any precondition*:Any referenceRange*:Any inFulfillmentOf1*:Any',
  Procedure:
    'id*:II code?:CD text?:ED statusCode?:CS effectiveTime?:IVL_TS priorityCode?:CE languageCode?:CS methodCode*:CE approachSiteCode*:CD targetSiteCode*:CD subject?:Subject specimen*:Any performer*:Any author*:Author informant*:Informant participant*:Participant2 entryRelationship*:EntryRelationship reference*:Any precondition*:Any inFulfillmentOf1*:Any',
  SubstanceAdministration:
    'id*:II code?:CD text?:ED statusCode?:CS effectiveTime*:ANY priorityCode?:CE repeatNumber?:Any routeCode?:CE approachSiteCode*:CD doseQuantity?:IVL_PQ rateQuantity?:IVL_PQ maxDoseQuantity?:Any administrationUnitCode?:CE subject?:Subject specimen*:Any consumable:Consumable performer*:Any author*:Author informant*:Informant participant*:Participant2 entryRelationship*:EntryRelationship reference*:Any precondition*:Any inFulfillmentOf1*:Any',
  Organizer:
    'id*:II code?:CD text?:Any statusCode:CS effectiveTime?:IVL_TS subject?:Subject specimen*:Any performer*:Any author*:Author informant*:Informant participant*:Participant2 reference*:Any precondition*:Any component*:Component4',
  Consumable: 'manufacturedProduct:ManufacturedProduct',
  ManufacturedProduct:
    'id*:II manufacturedLabeledDrug|manufacturedMaterial:Any|Material manufacturerOrganization?:Organization subjectOf1*:Any subjectOf2*:Any subjectOf3*:Any subjectOf4*:Any subjectOf5?:Any',
  Material:
    'code?:CE name?:EN desc?:Any riskCode?:Any handlingCode?:Any formCode?:Any lotNumberText?:ST expirationTime?:Any stabilityTime?:Any asDistributedProduct*:Any asMedicineManufacturer*:Any asContent?:Any asSpecializedKind*:Any part*:Any ingredient*:Any',
  Participant2: 'time?:IVL_TS awarenessCode?:CE participantRole:ParticipantRole',
  ParticipantRole:
    'functionCode?:Any id*:II code?:CE addr*:AD telecom*:TEL playingDevice|playingEntity?:Any|PlayingEntity scopingEntity?:Any',
  PlayingEntity: 'code?:CE quantity*:Any name*:PN birthTime?:Any desc?:ED',
  Subject: 'awarenessCode?:CE relatedSubject:RelatedSubject',
  RelatedSubject: 'id*:Any code?:CE addr*:AD telecom*:TEL subject?:Any',
};

/** Attributes of each type beside `nullFlavor`: `name!` is required, `name=value` fixed. Others take class attributes. */
export const attributeModels: Readonly<Record<string, string>> = {
  ClinicalDocument: 'classCode=DOCCLIN moodCode=EVN extravalidationterminologies',
  RecordTarget: 'typeCode=RCT contextControlCode=OP',
  PatientRole: 'classCode=PAT',
  Patient: 'classCode=PSN determinerCode=INSTANCE',
  Guardian: 'classCode=GUARD',
  Birthplace: 'classCode=BIRTHPL',
  Place: 'classCode=PLC determinerCode=INSTANCE',
  Person: 'classCode=PSN determinerCode=INSTANCE',
  Organization: 'classCode=ORG determinerCode=INSTANCE',
  OrganizationPartOf: 'classCode=PART',
  Author: 'typeCode=AUT contextControlCode=OP',
  AssignedAuthor: 'classCode=ASSIGNED',
  AuthoringDevice: 'classCode=DEV determinerCode=INSTANCE',
  DataEnterer: 'typeCode=ENT contextControlCode=OP',
  AssignedEntity: 'classCode=ASSIGNED',
  Informant: 'typeCode=INF contextControlCode=OP',
  RelatedEntity: 'classCode!',
  Custodian: 'typeCode=CST',
  AssignedCustodian: 'classCode=ASSIGNED',
  CustodianOrganization: 'classCode=ORG determinerCode=INSTANCE',
  InformationRecipient: 'typeCode',
  IntendedRecipient: 'classCode',
  LegalAuthenticator: 'typeCode=LA contextControlCode=OP',
  Authenticator: 'typeCode=AUTHEN',
  Participant1: 'typeCode! contextControlCode=OP',
  AssociatedEntity: 'classCode!',
  InFulfillmentOf: 'typeCode=FLFS',
  Order: 'classCode moodCode=RQO',
  DocumentationOf: 'typeCode=DOC',
  ServiceEvent: 'classCode moodCode=EVN',
  Performer1: 'typeCode!',
  RelatedDocument: 'typeCode!',
  ParentDocument: 'classCode=DOCCLIN moodCode=EVN',
  Authorization: 'typeCode=AUTH',
  Consent: 'classCode=CONS moodCode=EVN',
  ComponentOf: 'typeCode=COMP',
  EncompassingEncounter: 'classCode=ENC moodCode=EVN',
  ResponsibleParty: 'typeCode=RESP',
  EncounterParticipant: 'typeCode!',
  Location: 'typeCode=LOC',
  HealthCareFacility: 'classCode',
  Component2: 'typeCode=COMP contextConductionInd=true',
  NonXMLBody: 'classCode=DOCBODY moodCode=EVN',
  StructuredBody: 'classCode=DOCBODY moodCode=EVN',
  Component3: 'typeCode=COMP contextConductionInd=true',
  Section: 'ID classCode=DOCSECT moodCode=EVN',
  Entry: 'typeCode contextConductionInd=true',
  EntryRelationship: 'typeCode! inversionInd contextConductionInd=true negationInd',
  Component4: 'typeCode=COMP contextConductionInd=true',
  Act: 'classCode! moodCode! negationInd',
  Observation: 'classCode! moodCode! negationInd',
  Procedure: 'classCode! moodCode! negationInd',
  SubstanceAdministration: 'classCode=SBADM classCode! moodCode! negationInd',
  Organizer: 'classCode! moodCode!',
  Consumable: 'typeCode=CSM',
  ManufacturedProduct: 'classCode=MANU',
  Material: 'classCode=MMAT determinerCode=KIND',
  Participant2: 'typeCode! contextControlCode=OP',
  ParticipantRole: 'classCode',
  PlayingEntity: 'classCode determinerCode=INSTANCE',
  Subject: 'typeCode=SBJ contextControlCode=OP',
  RelatedSubject: 'classCode',
  II: 'root extension assigningAuthorityName displayable',
  CD: 'code codeSystem codeSystemName codeSystemVersion displayName',
  CE: 'code codeSystem codeSystemName codeSystemVersion displayName',
  CS: 'code codeSystem codeSystemName codeSystemVersion displayName',
  TS: 'value',
  IVL_TS: 'value operator',
  INT: 'value',
  BL: 'value',
  TEL: 'value use',
  AD: 'use isNotOrdered',
  PN: 'use',
  EN: 'use',
  ON: 'use',
  ST: 'representation mediaType language',
  SC: 'representation mediaType language code codeSystem codeSystemName codeSystemVersion displayName',
  ED: 'representation mediaType language compression integrityCheck integrityCheckAlgorithm',
};

/** Attribute values of the schema, where a type does not fix them: `Type/attribute`. */
export const attributeValues: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    'Participant2/typeCode':
      'ADM ALY ATND AUT AUTHEN BBY BEN CAGNT CALLBCK CAT CON COV CSM CST DEV DIR DIS DIST DON DST ELOC ENT ESC EXPAGNT EXPART EXPTRGT EXSRC GUAR HLD IND INF IRCP LA LOC NOT NRD ORG PART PPRF PRCP PRD PRF RCT RCV RDV REF REFB REFT RESP RML SBJ SPC SPRF TRANS TRC VIA VRF WIT',
    'EntryRelationship/typeCode': 'CAUS COMP GEVL MFST REFR RSON SAS SPRT SUBJ XCRPT',
    'EntryRelationship/inversionInd': 'true false',
    'EntryRelationship/negationInd': 'true false',
    'PlayingEntity/classCode':
      'ANM CER CHEM CITY CONT COUNTRY COUNTY DEV ENT FOOD HCE HOLD LIV MAT MIC MMAT MODDV NAT NLIV ORG PLC PLNT PROVINCE PSN PUB RGRP STATE',
    'Entry/typeCode': 'COMP DRIV',
    'Act/negationInd': 'true false',
    'Observation/negationInd': 'true false',
    'Procedure/negationInd': 'true false',
    'SubstanceAdministration/negationInd': 'true false',
    'InformationRecipient/typeCode': 'PRCP TRC',
    'IntendedRecipient/classCode': 'ASSIGNED HLTHCHRT',
    'Performer1/typeCode': 'PRF SPRF',
    'RelatedDocument/typeCode': 'APND RPLC XFRM',
  }).map(([name, values]) => [name, new Set(values.split(' '))]),
);

export const nullFlavors: ReadonlySet<string> = new Set(
  'ASKU DER INV MSK NA NASK NAV NI NINF OTH PINF QS TRC UNC UNK'.split(' '),
);
