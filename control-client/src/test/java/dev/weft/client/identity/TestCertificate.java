package dev.weft.client.identity;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/**
 * A key and a self-signed certificate, which is its own authority, as PEM files. Written here, since a keytool for each
 * takes longer than all that is done with it (RFC 5280, DER).
 */
public record TestCertificate(Path key, Path chain) {
    private static final int INTEGER = 0x02;
    private static final int BITS = 0x03;
    private static final int OCTETS = 0x04;
    private static final int OID = 0x06;
    private static final int UTF8 = 0x0C;
    private static final int UTC_TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final byte[] TRUE = {0x01, 0x01, (byte) 0xFF};
    private static final byte[] ECDSA_WITH_SHA256 =
            der(SEQUENCE, der(OID, bytes(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02)));
    private static final byte[] COMMON_NAME = der(OID, bytes(0x55, 0x04, 0x03));
    private static final byte[] ALTERNATIVE_NAME = der(OID, bytes(0x55, 0x1D, 0x11));
    private static final byte[] BASIC_CONSTRAINTS = der(OID, bytes(0x55, 0x1D, 0x13));

    /**
     * @param name of the files and of the subject
     * @param san subject alternative name: {@code dns:...}, {@code ip:...}, {@code uri:...}
     */
    public static TestCertificate make(Path directory, String name, String san) throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var keys = generator.generateKeyPair();
        byte[] subject =
                der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8, name.getBytes(StandardCharsets.UTF_8)))));
        byte[] extensions = der(
                SEQUENCE,
                der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(OCTETS, der(SEQUENCE, TRUE))),
                der(SEQUENCE, ALTERNATIVE_NAME, der(OCTETS, der(SEQUENCE, alternative(san)))));
        byte[] told = der(
                SEQUENCE,
                der(0xA0, der(INTEGER, bytes(2))),
                der(INTEGER, bytes(1)),
                ECDSA_WITH_SHA256,
                subject,
                der(SEQUENCE, time("200101000000Z"), time("490101000000Z")),
                subject,
                keys.getPublic().getEncoded(),
                der(0xA3, extensions));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(told);
        var made = new TestCertificate(directory.resolve(name + "-key.pem"), directory.resolve(name + "-chain.pem"));
        pem(made.key(), "PRIVATE KEY", keys.getPrivate().getEncoded());
        pem(made.chain(), "CERTIFICATE", der(SEQUENCE, told, ECDSA_WITH_SHA256, der(BITS, bytes(0), signature.sign())));
        return made;
    }

    private static byte[] alternative(String san) throws Exception {
        int colon = san.indexOf(':');
        String value = san.substring(colon + 1);
        return switch (san.substring(0, colon)) {
            case "dns" -> der(0x82, value.getBytes(StandardCharsets.US_ASCII));
            case "uri" -> der(0x86, value.getBytes(StandardCharsets.US_ASCII));
            case "ip" -> der(0x87, InetAddress.getByName(value).getAddress());
            default -> throw new IllegalArgumentException(san);
        };
    }

    private static byte[] time(String utc) {
        return der(UTC_TIME, utc.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] der(int tag, byte[]... contents) {
        var content = new ByteArrayOutputStream();
        for (byte[] one : contents) {
            content.writeBytes(one);
        }
        var out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static void pem(Path file, String kind, byte[] der) throws Exception {
        Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                        + "-----\n");
    }
}
