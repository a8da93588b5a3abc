package dev.weft.engine.ledger;

/** Why an endpoint was put out (Envoy: {@code OutlierEjectionType}). */
public enum Ejection {
    CONSECUTIVE_5XX("consecutive_5xx", "consecutive failures"),
    CONSECUTIVE_GATEWAY_FAILURE("consecutive_gateway_failure", "consecutive gateway failures"),
    CONSECUTIVE_LOCAL_ORIGIN_FAILURE("consecutive_local_origin_failure", "consecutive local failures"),
    SUCCESS_RATE("success_rate", "success rate"),
    SUCCESS_RATE_LOCAL_ORIGIN("local_origin_success_rate", "success rate of connecting"),
    FAILURE_PERCENTAGE("failure_percentage", "failure percentage"),
    FAILURE_PERCENTAGE_LOCAL_ORIGIN("local_origin_failure_percentage", "failure percentage of connecting");

    private final String word;
    private final String words;

    Ejection(String word, String words) {
        this.word = word;
        this.words = words;
    }

    /** Envoy's word for the rule in its statistics. */
    public String word() {
        return word;
    }

    /** The rule in words. */
    public String words() {
        return words;
    }
}
