package dev.weft.proxy.dns;

import dev.weft.proxy.address.Cidr;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What resolv.conf(5) says, as far as it concerns a forwarder. What can't be read is left out, as the C
 * library does.
 *
 * @param servers three at the most, in order
 * @param search lower case, without trailing dots
 * @param isRotating the first server to be asked is another one each time
 * @param timeoutSeconds for one server, 1 to 30
 * @param attempts rounds over all servers, 1 to 5
 * @param ndots a name with fewer dots is first tried with the search list, 0 to 15
 */
public record ResolvConf(
        List<InetAddress> servers,
        List<String> search,
        boolean isRotating,
        int timeoutSeconds,
        int attempts,
        int ndots) {
    private static final int MOST_SERVERS = 3;

    public ResolvConf {
        servers = List.copyOf(servers);
        search = List.copyOf(search);
    }

    public static ResolvConf parse(String text) {
        List<InetAddress> servers = new ArrayList<>();
        List<String> search = List.of();
        var options = new Options();
        for (String line : text.split("\n", -1)) {
            String[] words = line.strip().split("[ \t]+", -1);
            if (words.length < 2) {
                continue;
            }
            switch (words[0]) {
                case "nameserver" -> {
                    var address = Cidr.literal(words[1]);
                    if (address != null && servers.size() < MOST_SERVERS) {
                        servers.add(address);
                    }
                }
                case "search", "domain" -> search = domains(words); // the last one counts
                case "options" -> {
                    for (int i = 1; i < words.length; i++) {
                        options.read(words[i]);
                    }
                }
                default -> {
                    // A comment, or what concerns clients alone.
                }
            }
        }
        return new ResolvConf(servers, search, options.rotate, options.timeout, options.attempts, options.ndots);
    }

    /** The same without these servers. */
    ResolvConf without(Collection<InetAddress> others) {
        var left = servers.stream().filter(server -> !others.contains(server)).toList();
        return new ResolvConf(left, search, isRotating, timeoutSeconds, attempts, ndots);
    }

    private static List<String> domains(String[] words) {
        List<String> domains = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            try {
                var name = DnsName.of(words[i]);
                if (!name.isRoot()) {
                    domains.add(name.text());
                }
            } catch (IllegalArgumentException e) {
                continue; // no client can ask for a name below it either
            }
        }
        return domains;
    }

    private static final class Options {
        boolean rotate;
        int timeout = 5;
        int attempts = 2;
        int ndots = 1;

        void read(String option) {
            int colon = option.indexOf(':');
            String name = colon < 0 ? option : option.substring(0, colon);
            String value = colon < 0 ? "" : option.substring(colon + 1);
            switch (name) {
                case "rotate" -> rotate = true;
                case "timeout" -> timeout = number(value, 1, 30, timeout);
                case "attempts" -> attempts = number(value, 1, 5, attempts);
                case "ndots" -> ndots = number(value, 0, 15, ndots);
                default -> {
                    // Concerns clients alone.
                }
            }
        }

        private static int number(String digits, int least, int most, int otherwise) {
            try {
                return Math.max(least, Math.min(most, Integer.parseInt(digits)));
            } catch (NumberFormatException e) {
                return otherwise;
            }
        }
    }
}
