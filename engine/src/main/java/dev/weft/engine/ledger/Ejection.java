package dev.weft.engine.ledger;

/** Why an endpoint was put out (Envoy: {@code OutlierEjectionType}). */
public enum Ejection {
    CONSECUTIVE_5XX("consecutive failures"),
    CONSECUTIVE_GATEWAY_FAILURE("consecutive gateway failures"),
    CONSECUTIVE_LOCAL_ORIGIN_FAILURE("consecutive local failures"),
    SUCCESS_RATE("success rate"),
    SUCCESS_RATE_LOCAL_ORIGIN("success rate of connecting"),
    FAILURE_PERCENTAGE("failure percentage"),
    FAILURE_PERCENTAGE_LOCAL_ORIGIN("failure percentage of connecting");

    private final String words;

    Ejection(String words) {
        this.words = words;
    }

    /** The rule in words. */
    public String words() {
        return words;
    }
}
