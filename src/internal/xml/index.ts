export { xmlFaults } from './faults.ts';
export { XmlFeed } from './feed.ts';
export { defaultXmlLimits, type XmlLimits } from './limits.ts';
export { xmlNamespace, xmlnsNamespace } from './namespaces.ts';
export { readXml } from './reader.ts';
export {
  attributeOf,
  childElement,
  childElements,
  descend,
  descendants,
  forEachElement,
  textOf,
  type ReadAttribute,
  type ReadElement,
} from './tree.ts';
export type { ItemPlace } from './tree-builder.ts';
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
