import gov.nist.toolkit.errorrecording.TextErrorRecorder;
import gov.nist.toolkit.registrymetadata.Metadata;
import gov.nist.toolkit.registrymetadata.MetadataParser;
import gov.nist.toolkit.valregmetadata.top.MetadataValidator;
import gov.nist.toolkit.valsupport.client.ValidationContext;
import java.io.File;

/**
 * What the metadata validators of the NIST toolkit say of submissions. Arguments: a file of code tables, then
 * `xds`, `xdm` or `update` and a file for each submission. One line per finding: file, tab, sentence; then `DONE` and the file.
 */
public final class Findings {
  public static void main(String[] args) throws Exception {
    for (int place = 1; place + 1 < args.length; place += 2) {
      ValidationContext context = new ValidationContext(args[0]);
      context.isRequest = true;
      context.xds_b = true;
      context.isXDM = args[place].equals("xdm");
      context.isMU = args[place].equals("update");
      context.isPnR = args[place].equals("xds");
      // The national tables are configuration of a registry, not of its validators.
      context.isValidateCodes = false;

      String file = args[place + 1];
      Metadata metadata = MetadataParser.parseNonSubmission(new File(file));
      TextErrorRecorder found = new TextErrorRecorder();
      new MetadataValidator(metadata, context, null).run(found);
      for (TextErrorRecorder.ErrorInfo line : found.getErrorMsgs()) {
        if (line.isError) System.out.println(file + "\t" + line.msg.replaceAll("\\s+", " ") + "\t" + line.resource);
      }
      System.out.println("DONE\t" + file);
    }
  }
}
