package dev.weft.control.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a client is, as the certificate says that it has shown.
 *
 * @param accounts its SPIFFE ids of Istio's form, {@code spiffe://DOMAIN/ns/NAMESPACE/sa/ACCOUNT}
 * @param hosts its DNS names, in lower case
 * @param ids all of its SPIFFE ids, as they stand there
 */
public record Shown(boolean isShown, List<Account> accounts, List<String> hosts, List<String> ids) {
    /** No certificate. */
    public static final Shown NOTHING = new Shown(false, List.of(), List.of());

    /** RFC 5280, 4.2.1.6. */
    private static final int DNS = 2;

    private static final int URI = 6;
    private static final String SCHEME = "spiffe://";
    private static final Pattern SPIFFE = Pattern.compile("spiffe://[^/]+/ns/([^/]+)/sa/([^/]+)");

    public Shown {
        accounts = List.copyOf(accounts);
        hosts = List.copyOf(hosts);
        ids = List.copyOf(ids);
    }

    /** One whose SPIFFE ids are not known in full. */
    public Shown(boolean isShown, List<Account> accounts, List<String> hosts) {
        this(isShown, accounts, hosts, List.of());
    }

    /** A workload's account, as in Kubernetes. */
    public record Account(String namespace, String name) {
        @Override
        public String toString() {
            return namespace + "/" + name;
        }
    }

    /** @param certificate that was verified */
    public static Shown of(X509Certificate certificate) {
        List<Account> accounts = new ArrayList<>();
        List<String> hosts = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (!(name.get(0) instanceof Integer kind) || !(name.get(1) instanceof String text)) {
                    continue;
                }
                Matcher spiffe = SPIFFE.matcher(text);
                if (kind == URI && text.startsWith(SCHEME)) {
                    ids.add(text);
                }
                if (kind == DNS) {
                    hosts.add(text.toLowerCase(Locale.ROOT));
                } else if (kind == URI && spiffe.matches()) {
                    accounts.add(new Account(spiffe.group(1), spiffe.group(2)));
                }
            }
        } catch (CertificateParsingException e) {
            return new Shown(true, List.of(), List.of()); // it names nobody that could be read
        }
        return new Shown(true, accounts, hosts, ids);
    }

    @Override
    public String toString() {
        if (!isShown) {
            return "no certificate";
        }
        List<String> names = new ArrayList<>(hosts);
        accounts.forEach(account -> names.add(account.toString()));
        return names.isEmpty() ? "a certificate that names nobody" : "a certificate of " + String.join(", ", names);
    }
}
