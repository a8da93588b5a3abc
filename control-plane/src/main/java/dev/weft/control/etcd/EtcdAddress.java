package dev.weft.control.etcd;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where etcd is, and which part of it is ours: {@code etcd://HOST:PORT[,HOST:PORT...]/PREFIX}, with TLS
 * {@code etcds://...}.
 *
 * @param members in the order in which they are tried; each knows all
 * @param prefix begins with a slash and doesn't end with one
 */
public record EtcdAddress(boolean isTls, List<Member> members, String prefix) {
    private static final Pattern SHAPE = Pattern.compile("(etcds?)://([^/?#@]+)(/[^?#]*)");
    private static final Pattern MEMBER = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[a-zA-Z0-9._-]+):([0-9]{1,5})");
    private static final Pattern PREFIX = Pattern.compile("(/[a-zA-Z0-9._-]+)+");

    public EtcdAddress {
        members = List.copyOf(members);
    }

    /** One of etcd's processes. */
    public record Member(String host, int port) {
        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** @throws IllegalArgumentException with a message for people */
    public static EtcdAddress parse(String text) {
        Matcher whole = SHAPE.matcher(text);
        if (!whole.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not etcd://HOST:PORT[,HOST:PORT...]/PREFIX");
        }
        List<Member> members = new ArrayList<>();
        for (String one : whole.group(2).split(",", -1)) {
            Matcher member = MEMBER.matcher(one);
            int port = member.matches() ? Integer.parseInt(member.group(2)) : 0;
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("'" + one + "' in " + text + " is not HOST:PORT");
            }
            members.add(new Member(member.group(1).replaceAll("[\\[\\]]", ""), port));
        }
        String prefix = whole.group(3);
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("the prefix '" + prefix + "' in " + text
                    + " is not made of letters, digits, '.', '_' and '-' between slashes");
        }
        return new EtcdAddress(whole.group(1).equals("etcds"), members, prefix);
    }

    @Override
    public String toString() {
        return (isTls ? "etcds://" : "etcd://")
                + String.join(",", members.stream().map(Member::toString).toList())
                + prefix;
    }
}
