using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Mockstagram.Simulator.Parsing;

/// <summary>Whole numbers on a command line: what is none is refused in words, not in the names of types.</summary>
public static class WholeNumber
{
    /// <summary>The number; null, and an error of the command line, when the text is none or lies outside.</summary>
    /// <param name="argument">What was typed.</param>
    /// <param name="name">Of the option or argument, for the error.</param>
    /// <param name="min">The least that is allowed; null for what the type holds, or what is said elsewhere.</param>
    /// <param name="max">The largest.</param>
    public static T? Read<T>(ArgumentResult argument, string name, T? min = null, T? max = null)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var text = argument.Tokens[0].Value;
        var (least, most) = (min ?? T.MinValue, max ?? T.MaxValue);
        var problem = !T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? "is not a whole number, or is too large"
            : number < least || number > most ? $"is not between {least} and {most}"
            : null;
        if (problem is null)
            return number;
        argument.AddError($"{name}: '{text}' {problem}.");
        return null;
    }

    /// <summary>An option that takes one.</summary>
    public static Option<T> Option<T>(string name, string helpName, string description, T standard, T? min = null, T? max = null)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => standard,
            CustomParser = argument => Read(argument, name, min, max) ?? standard,
        };
}
