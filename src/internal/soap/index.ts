export { readFault, type FaultReason, type SoapFault } from './fault.ts';
export { namesOf, readSoapMessage, type Addressing, type SoapMessage } from './message.ts';
export { clarkName, lastWord, soapNames } from './names.ts';
export { qualifiedName } from './qualified-name.ts';
export { writeEnvelope, type EnvelopeHeader, type HeaderStyle, type SecurityStyle } from './write.ts';
