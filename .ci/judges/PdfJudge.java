import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.RuleId;

/**
 * Asks veraPDF about many files in one process.
 *
 * <p>Reads lines "profile TAB file" (profiles: 2a, 3a, ua1) and prints one line of JSON for each.
 */
public class PdfJudge {
    /** How many failures of one rule veraPDF remembers; it counts them all. */
    private static final int SHOWN = 3;

    private static final int WORKERS = Math.min(4, Runtime.getRuntime().availableProcessors());

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
        List<Future<Verdict>> verdicts = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] asked = line.split("\t", 2);
                verdicts.add(workers.submit(() -> judge(asked[0], asked[1])));
            }
        }
        for (Future<Verdict> verdict : verdicts) {
            System.out.println(verdict.get().line());
        }
        workers.shutdown();
    }

    private static Verdict judge(String profile, String file) {
        PDFAFlavour flavour = PDFAFlavour.fromString(profile);
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), flavour);
                PDFAValidator validator =
                        Foundries.defaultInstance().createValidator(flavour, SHOWN, false, true, false)) {
            ValidationResult result = validator.validate(parser);
            return new Verdict(file, profile, result.isCompliant(), findings(result));
        } catch (Exception | StackOverflowError error) {
            return Verdict.unreadable(file, profile, error);
        }
    }

    /** Each failed rule once: how often it failed, and what was said and where the first time. */
    private static List<Verdict.Finding> findings(ValidationResult result) {
        Map<RuleId, TestAssertion> first = new LinkedHashMap<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                first.putIfAbsent(assertion.getRuleId(), assertion);
            }
        }
        List<Verdict.Finding> findings = new ArrayList<>();
        first.forEach((rule, assertion) -> findings.add(new Verdict.Finding(
                rule.getClause() + "-" + rule.getTestNumber(),
                result.getFailedChecks().getOrDefault(rule, 1),
                Objects.requireNonNullElse(assertion.getErrorMessage(), assertion.getMessage()),
                assertion.getLocation().getContext())));
        return findings;
    }
}
