package dev.weft.control.identity;

import dev.weft.control.identity.Shown.Account;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who may register by a stream. */
public enum Admission {
    /** Whoever may connect. */
    ANY,

    /** Whose certificate has a SPIFFE id only in its namespace; who shows none registers what it likes. */
    NAMESPACE,

    /** Nobody but who shows a certificate of the service: of its account, or of its host. */
    SERVICE;

    /** Who is meant by an option; null for nobody. */
    public static @Nullable Admission of(String text) {
        return Arrays.stream(values())
                .filter(one -> one.toString().equals(text))
                .findFirst()
                .orElse(null);
    }

    /**
     * What somebody asks to be.
     *
     * @param host full name of the service
     * @param said the account that it says it has; empty for none
     * @param needed the account that a rule wants it to have; empty for none
     */
    public record Claim(String service, String namespace, String host, String said, String needed) {
        private boolean isOf(Account account) {
            Set<String> names =
                    Stream.of(said, needed).filter(name -> !name.isEmpty()).collect(Collectors.toSet());
            return account.namespace().equals(namespace) && names.stream().allMatch(account.name()::equals);
        }

        /** The host's full name, or the beginning of it that has the namespace. */
        private boolean isCalled(String name) {
            return name.equals(host)
                    || host.startsWith(name + ".") && (name + ".").startsWith(service + "." + namespace + ".");
        }
    }

    /** Why this must not be registered; null when it may be. */
    public @Nullable String refusal(Claim claim, Shown shown) {
        return switch (this) {
            case ANY -> null;
            case NAMESPACE ->
                shown.accounts().isEmpty() || shown.accounts().stream().anyMatch(claim::isOf)
                        ? null
                        : shown + " is not for namespace " + claim.namespace
                                + (claim.needed.isEmpty() ? "" : " and account " + claim.needed)
                                + (claim.said.isEmpty() ? "" : ", and the account that it says is " + claim.said);
            case SERVICE -> {
                String account = claim.needed.isEmpty() ? claim.service : claim.needed;
                Account needed = new Account(claim.namespace, account);
                yield shown.accounts().contains(needed)
                                || shown.hosts().stream().anyMatch(claim::isCalled)
                        ? null
                        : shown + " was shown: " + claim.host + " takes one of account " + needed + " or of that host";
            }
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
