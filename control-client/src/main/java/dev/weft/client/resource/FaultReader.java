package dev.weft.client.resource;

import dev.weft.client.wire.Message;
import dev.weft.engine.snapshot.Fault;
import dev.weft.engine.snapshot.Fault.Abort;
import dev.weft.engine.snapshot.Fault.Delay;
import dev.weft.engine.snapshot.Fault.Share;
import dev.weft.engine.snapshot.Match.HeaderMatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code HTTPFault}. */
final class FaultReader {
    private static final int[] RUNTIME = {8, 9, 10, 11, 12, 13, 14};

    private final String where;
    private final Findings findings;

    FaultReader(String where, Findings findings) {
        this.where = where + ".fault";
        this.findings = findings;
    }

    static Fault idle(String scope) {
        return new Fault(scope, null, null, "", List.of(), Integer.MAX_VALUE);
    }

    Fault read(Message fault, String scope) {
        fault.ignore(15, 16); // statistics
        for (int field : RUNTIME) {
            if (fault.has(field)) {
                RuntimeKeys.report(fault, field, "HTTPFault." + FieldNames.of("HTTPFault", field), findings);
            }
        }
        var delay = fault.has(1) ? delay(fault.message(1)) : null;
        var abort = fault.has(2) ? abort(fault.message(2)) : null;
        var headers = headers(fault.messages(4));
        long active = fault.wrapped(6, Integer.MAX_VALUE) & 0xFFFF_FFFFL;
        String cluster = fault.string(3);
        boolean nodes = fault.has(5);
        findings.unread(fault, "HTTPFault");
        // Without this condition it would hurt calls that nobody meant.
        return nodes
                ? idle(scope)
                : new Fault(scope, delay, abort, cluster, headers, (int) Math.min(active, Integer.MAX_VALUE));
    }

    private @Nullable Delay delay(Message delay) {
        var share = share(delay.message(4), where + ".delay.percentage");
        long fixed = delay.has(3) ? Durations.positive(delay, 3, 1, where + ".delay.fixed_delay", findings) : 0;
        if (fixed == 0 && !delay.has(5)) {
            findings.refuse(where + ".delay", "needs fixed_delay or header_delay");
            return null;
        }
        delay.ignore(5); // what it holds says nothing
        findings.unread(delay, "FaultDelay");
        return share == null ? null : new Delay(fixed, share);
    }

    private @Nullable Abort abort(Message abort) {
        var share = share(abort.message(3), where + ".abort.percentage");
        long http = abort.number(2);
        long grpc = abort.has(5) ? abort.number(5) : -1;
        if (abort.has(2) && (http < 200 || http > 599)) {
            findings.refuse(where + ".abort.http_status", http + " is out of range");
            return null;
        }
        if (abort.has(5) && (grpc < 0 || grpc > 16)) {
            findings.refuse(where + ".abort.grpc_status", grpc + " is not a status of gRPC");
            return null;
        }
        if (!abort.has(2) && !abort.has(5) && !abort.has(4)) {
            findings.refuse(where + ".abort", "needs http_status, grpc_status or header_abort");
            return null;
        }
        abort.ignore(4); // what it holds says nothing
        findings.unread(abort, "FaultAbort");
        return share == null ? null : new Abort((int) http, http > 0 ? -1 : (int) grpc, share);
    }

    private @Nullable Share share(Message fraction, String at) {
        int denominator = switch ((int) fraction.number(2)) {
            case 0 -> 100;
            case 1 -> 10_000;
            case 2 -> 1_000_000;
            default -> 0;
        };
        long numerator = fraction.number(1);
        if (denominator == 0 || numerator < 0 || numerator > denominator) {
            findings.refuse(at, "above the whole, or of an unknown one");
            return null;
        }
        return new Share((int) numerator, denominator);
    }

    private List<HeaderMatch> headers(List<Message> conditions) {
        List<HeaderMatch> all = new ArrayList<>();
        for (Message condition : conditions) {
            var read = new MatchReader(where, findings).header(condition);
            if (read != null) {
                all.add(read);
            }
        }
        return all;
    }
}
