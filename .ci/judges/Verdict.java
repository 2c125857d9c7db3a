import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** What a judge says of one file by one set of rules: one line of JSON. */
record Verdict(String file, String rules, boolean passed, List<Finding> findings) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The verdict on a file that the judge could not read. */
    static Verdict unreadable(String file, String rules, Throwable why) {
        return new Verdict(file, rules, false, List.of(new Finding("unreadable", 1, why.toString(), "")));
    }

    /** A rule that was broken: how often, and what was said and where the first time. */
    record Finding(String rule, int times, String message, String where) {}

    String line() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException error) {
            throw new IllegalStateException(error);
        }
    }
}
