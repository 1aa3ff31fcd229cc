export { archiveError, defaultZipLimits, readZip, type ZipEntry, type ZipLimits } from './reader.ts';
export { fileSource, memorySource, type RandomAccessSource } from './source.ts';
export { createZip, streamZip, type ZipEntryInput, type ZipWriteOptions } from './writer.ts';
