export { createZip, streamZip, type ZipEntryInput, type ZipWriteOptions } from './writer.ts';
