import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A local TLS proxy whose client key stays in a card: takes clear connections on 127.0.0.1 and carries each over TLS to one
 * server, showing the certificate of the card. The signature of the handshake is made by the card, through PKCS#11.
 *
 * Arguments: library, PIN, label of the certificate, PEM of authorities, port of the server, protocol. Prints READY and its address.
 */
public class CardRelay {
  public static void main(String[] args) throws Exception {
    String library = args[0], pin = args[1], label = args[2];
    Provider card = Security.getProvider("SunPKCS11").configure("--name=Card\nlibrary=" + library + "\nslotListIndex=0\n");
    KeyStore keys = KeyStore.getInstance("PKCS11", card);
    keys.load(null, pin.toCharArray());

    KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null, null);
    try (InputStream pem = Files.newInputStream(Path.of(args[3]))) {
      int count = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) anchors.setCertificateEntry("a" + count++, one);
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(anchors);

    // The provider of the card comes last, and is the only one that knows this key.
    Security.addProvider(card);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {new OneKey((PrivateKey) keys.getKey(label, null), (X509Certificate) keys.getCertificate(label))}, trust.getTrustManagers(), null);

    int far = Integer.parseInt(args[4]);
    try (ServerSocket near = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      System.out.println("READY http://127.0.0.1:" + near.getLocalPort() + "/");
      while (true) {
        Socket client = near.accept();
        new Thread(() -> carry(client, context, far, args[5])).start();
      }
    }
  }

  static void carry(Socket client, SSLContext context, int far, String protocol) {
    try (client; SSLSocket server = (SSLSocket) context.getSocketFactory().createSocket("localhost", far)) {
      SSLParameters parameters = server.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      parameters.setProtocols(new String[] {protocol});
      server.setSSLParameters(parameters);
      server.startHandshake();

      Thread back = new Thread(() -> copy(server, client));
      back.start();
      copy(client, server);
      back.join();
    } catch (Exception error) {
      System.err.println(error);
    }
  }

  static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException error) {
      // The other direction ends too.
    }
    try {
      to.shutdownOutput();
    } catch (IOException | UnsupportedOperationException error) {
      // It was closed.
    }
  }

  /** Shows one certificate, whatever the server asks. */
  static final class OneKey extends X509ExtendedKeyManager {
    private final PrivateKey key;
    private final X509Certificate certificate;

    OneKey(PrivateKey key, X509Certificate certificate) {
      this.key = key;
      this.certificate = certificate;
    }

    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return "card";
    }

    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[] {"card"};
    }

    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {certificate};
    }

    public PrivateKey getPrivateKey(String alias) {
      return key;
    }

    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return null;
    }

    public String[] getServerAliases(String type, Principal[] issuers) {
      return null;
    }
  }
}
