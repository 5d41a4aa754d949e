using System.Globalization;

namespace InfluencerAnalytics.Embedded.Files;

/// <summary>The names of RocksDB's files.</summary>
internal sealed class DatabaseFiles(string path)
{
    private const string LogExtension = ".log";
    private const string ManifestPrefix = "MANIFEST-";

    public string Current => Path.Combine(path, "CURRENT");

    /// <summary>The numbers of the write-ahead logs, oldest first.</summary>
    public List<long> Logs()
    {
        var numbers = new List<long>();
        foreach (var file in Directory.EnumerateFiles(path, "*" + LogExtension))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                numbers.Add(number);
        }

        numbers.Sort();
        return numbers;
    }

    public string Log(long number) => Path.Combine(path, number.ToString("D6", CultureInfo.InvariantCulture) + LogExtension);

    /// <summary>The number of the manifest that CURRENT names; null when it names none.</summary>
    public long? Manifest()
    {
        var name = File.Exists(Current) ? File.ReadAllText(Current).Trim() : "";
        return name.StartsWith(ManifestPrefix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(ManifestPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;
    }

    public string ManifestPath(long number) => Path.Combine(path, ManifestPrefix + number.ToString("D6", CultureInfo.InvariantCulture));
}
