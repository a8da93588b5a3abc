package sample;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls that its standard input asks for: {@code Caller CLIENT}. One line in,
 * one line out; fields are separated by tabs.
 */
public final class Caller {
    private String name;
    private Client client;
    private @Nullable Load load;
    private @Nullable Others others;

    private Caller(String name) {
        this.name = name;
        this.client = Client.of(name, null);
    }

    public static void main(String[] args) throws Exception {
        Caller caller = new Caller(args[0]);
        System.out.println("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(caller.perform(line.split("\t", -1)));
        }
    }

    private String perform(String[] command) throws Exception {
        return switch (command[0]) {
            case "send" -> send(question(command, 1));
            case "load" -> new Load(client, question(command, 3), number(command[1]), number(command[2])).end();
            case "start" -> start(question(command, 2), number(command[1]));
            case "answered" -> "answered\t" + (load == null ? 0 : load.answered());
            case "stop" -> stop();
            case "others" -> others(command[1]);
            case "fresh" -> fresh(command.length > 1 ? command[1] : name, command.length > 2 ? command[2] : null);
            default -> "unknown\t" + command[0];
        };
    }

    private static int number(String text) {
        return Integer.parseInt(text);
    }

    /** Method, URL, body, then headers as {@code name=value}. */
    private static Client.Question question(String[] command, int from) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = from + 3; i < command.length; i++) {
            int equals = command[i].indexOf('=');
            headers.put(command[i].substring(0, equals), command[i].substring(equals + 1));
        }
        return new Client.Question(command[from], command[from + 1], command[from + 2], headers);
    }

    private String send(Client.Question question) {
        try {
            Client.Answer answer = client.send(question);
            return "answer\t" + answer.status() + "\t" + answer.body().replace("\n", "\\n");
        } catch (Exception e) {
            return "failed\t" + causes(e).replace("\n", "\\n");
        }
    }

    static String causes(Throwable failure) {
        StringBuilder out = new StringBuilder();
        for (Throwable at = failure; at != null; at = at.getCause()) {
            out.append(out.length() == 0 ? "" : " <- ").append(at);
        }
        return out.toString();
    }

    private String start(Client.Question question, int threads) {
        load = new Load(client, question, threads, Integer.MAX_VALUE);
        return "started";
    }

    private String others(String url) throws Exception {
        others = Others.open(url);
        return "open";
    }

    private String stop() throws InterruptedException {
        Load running = load;
        if (running == null) {
            return "nothing runs";
        }
        running.stop();
        return running.end();
    }

    /** A client without any connection, which goes through a proxy where it is told one's port. */
    private String fresh(String of, @Nullable String proxyPort) throws Exception {
        client.close();
        name = of;
        client = Client.of(
                name,
                proxyPort == null
                        ? null
                        : new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(proxyPort)));
        return "fresh";
    }
}
