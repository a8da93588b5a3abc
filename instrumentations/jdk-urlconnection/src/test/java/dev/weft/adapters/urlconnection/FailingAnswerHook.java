package dev.weft.adapters.urlconnection;

import dev.weft.contract.Sabotage;
import dev.weft.engine.adapt.Around;
import dev.weft.engine.adapt.Mesh;
import dev.weft.engine.adapt.Weave;
import dev.weft.engine.drive.BlockingExchange;

/** The adapter with a bug where it hands the answer over. */
@Weave(type = "sun.net.www.protocol.http.HttpURLConnection", method = "getInputStream", args = 0, opens = Opens.ALL)
public final class FailingAnswerHook extends AnswerHook implements Around {
    public FailingAnswerHook(Mesh mesh) {
        super(mesh);
    }

    @Override
    Answer run(Mesh through, BlockingExchange<Answer> exchange) throws Throwable {
        return super.run(through, Sabotage.inDeliver(exchange));
    }
}
