export {
  attributeOf,
  childElement,
  childElements,
  descend,
  descendants,
  readXml,
  textOf,
  type ReadAttribute,
  type ReadElement,
} from './reader.ts';
export { defaultXmlLimits, type XmlLimits } from './scan.ts';
export {
  attributeValue,
  element,
  fragment,
  text,
  trustedXml,
  xmlDeclaration,
  type Xml,
  type XmlAttributes,
  type XmlChild,
} from './writer.ts';
