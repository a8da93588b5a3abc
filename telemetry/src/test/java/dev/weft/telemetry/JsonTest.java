package dev.weft.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void commasStandBetweenValuesOnly() {
        Json json = new Json();
        json.beginObject().field("a", 1).name("b").beginArray();
        json.value("x")
                .value(2)
                .beginObject()
                .endObject()
                .beginArray()
                .endArray()
                .value(true);
        json.endArray().field("c", (String) null).field("d", 0.5).endObject();
        assertEquals("{\"a\":1,\"b\":[\"x\",2,{},[],true],\"c\":null,\"d\":0.5}", json.toString());
    }

    @Test
    void everyCharacterThatJsonForbidsIsEscaped() {
        String text = "q\" b\\ n\n r\r t\t \u0000 \u001f \u2028 ü € \uD83D\uDE00 lone \uD83D";
        assertEquals(
                "\"q\\\" b\\\\ n\\n r\\r t\\t \\u0000 \\u001f \\u2028 ü € \uD83D\uDE00 lone \\ud83d\"",
                new Json().value(text).toString());
        assertEquals("\"\\udc00x\"", new Json().value("\uDC00x").toString());
    }

    @Test
    void textsThatLookLikeStructureStayTexts() {
        assertEquals(
                "[\"[\",\"{\",\":\"]",
                new Json()
                        .beginArray()
                        .value("[")
                        .value("{")
                        .value(":")
                        .endArray()
                        .toString());
    }

    @Test
    void numbersWithoutAJsonFormBecomeNull() {
        assertEquals(
                "[null,null,1.5]",
                new Json()
                        .beginArray()
                        .value(Double.NaN)
                        .value(Double.NEGATIVE_INFINITY)
                        .value(1.5)
                        .endArray()
                        .toString());
    }
}
