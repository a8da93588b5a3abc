package dev.weft.agent.admin;

import dev.weft.admin.AdminAnswer;
import dev.weft.admin.AdminHandler;
import dev.weft.admin.AdminRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One connection to the admin endpoint: one request, one answer, then it closes. */
final class Visit {
    private static final int MAX_HEAD = 16 * 1024;
    private static final byte[] END = {'\r', '\n', '\r', '\n'};

    final SocketChannel channel;
    final long deadline;
    private final boolean local;
    private final boolean sameUser;
    private final AdminHandler handler;
    private ByteBuffer in = ByteBuffer.allocate(2048);
    private @Nullable ByteBuffer out;

    Visit(SocketChannel channel, long deadline, boolean local, boolean sameUser, AdminHandler handler) {
        this.channel = channel;
        this.deadline = deadline;
        this.local = local;
        this.sameUser = sameUser;
        this.handler = handler;
    }

    /** Reads what has come. False when the peer has gone. */
    boolean read() throws IOException {
        if (out != null) {
            return true;
        }
        if (!in.hasRemaining()) {
            in = ByteBuffer.allocate(in.capacity() * 2).put(in.flip());
        }
        int count = channel.read(in);
        int end = end();
        if (end >= 0) {
            out = ByteBuffer.wrap(answer(new String(in.array(), 0, end, StandardCharsets.ISO_8859_1)));
        } else if (in.position() >= MAX_HEAD) {
            out = ByteBuffer.wrap(AdminAnswer.refused(431, "More than " + MAX_HEAD + " bytes of head")
                    .bytes(false));
        }
        return count >= 0;
    }

    private int end() {
        byte[] bytes = in.array();
        for (int i = 0; i + END.length <= in.position(); i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private byte[] answer(String head) {
        AdminRequest request;
        try {
            request = AdminRequest.parse(head);
        } catch (AdminRequest.Malformed e) {
            return AdminAnswer.refused(400, String.valueOf(e.getMessage())).bytes(false);
        }
        return handler.answer(request, local, sameUser).bytes(request.method().equals("HEAD"));
    }

    boolean answers() {
        return out != null;
    }

    /** Writes what fits. True when the answer is out. */
    boolean write() throws IOException {
        ByteBuffer answer = out;
        if (answer == null) {
            return false;
        }
        channel.write(answer);
        return !answer.hasRemaining();
    }
}
