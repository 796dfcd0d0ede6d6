import java.io.File;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.RuleId;

/**
 * Validates PDF files with veraPDF. Arguments: flavours separated by commas (2b,ua1), then files. Prints a line for each
 * file and flavour, parted by tabs: file, flavour, number of checks, passes or fails, and the failed rules, as
 * CLAUSE-TEST=COUNT.
 */
public final class ValidatePdf {
    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        for (int place = 1; place < arguments.length; place++) {
            for (String name : arguments[0].split(",")) {
                PDFAFlavour flavour = PDFAFlavour.byFlavourId(name);
                try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(arguments[place]), flavour);
                        PDFAValidator validator =
                                Foundries.defaultInstance().createValidator(flavour, 10_000, false, false, false)) {
                    ValidationResult result = validator.validate(parser);
                    StringBuilder line = new StringBuilder();
                    line.append(arguments[place]).append('\t').append(name).append('\t');
                    line.append(result.getTotalAssertions()).append('\t');
                    line.append(result.isCompliant() ? "passes" : "fails").append('\t');
                    for (Map.Entry<RuleId, Integer> failed : result.getFailedChecks().entrySet()) {
                        RuleId rule = failed.getKey();
                        line.append(rule.getClause()).append('-').append(rule.getTestNumber());
                        line.append('=').append(failed.getValue()).append(' ');
                    }
                    System.out.println(line.toString().trim());
                }
            }
        }
    }
}
