package sample;

import java.util.ArrayList;
import java.util.List;

/** A library as the weaver meets it. */
public class Phone {
    public final List<String> dialled = new ArrayList<>();
    private final String number;

    public Phone(String number) {
        this(number, 1L, 2.0);
    }

    public Phone(String number, long prefix, double unused) {
        this.number = prefix + number;
    }

    public String number() {
        return number;
    }

    public String call(String host, int times, long pause) {
        String answer = "";
        while (times-- > 0) {
            answer += ring(host);
        }
        return answer;
    }

    private String ring(String host) {
        dialled.add(host);
        if (host.equals("nobody")) {
            throw new IllegalArgumentException("nobody");
        }
        return "[" + host + "]";
    }

    public String transfer(String to) {
        to = to.trim();
        return to + number;
    }

    public void hangUp(String why) {
        dialled.add("hung up: " + why);
    }

    public long minutes(int hours, double minutes) {
        return hours * 60L + (long) minutes;
    }

    public static boolean free(String number) {
        return number.startsWith("0800");
    }
}
