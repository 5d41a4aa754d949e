using System.Text;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.Writing;

namespace InfluencerAnalytics.Embedded.Seeding;

/// <summary>What the deployment agrees on, by name. Safe for concurrent use.</summary>
internal sealed class Settings(StoreContext context)
{
    public string? Read(string name) => context.Meta.Get(MetaKeys.SettingPrefix + name) is { } value ? Encoding.UTF8.GetString(value) : null;

    public string Write(string name, string value)
    {
        context.Write(batch => context.Meta.Put(batch, MetaKeys.SettingPrefix + name, Encoding.UTF8.GetBytes(value)));
        return value;
    }
}
