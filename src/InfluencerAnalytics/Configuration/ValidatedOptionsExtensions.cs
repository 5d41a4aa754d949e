using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InfluencerAnalytics.Configuration;

/// <summary>Binds and validates options records.</summary>
public static class ValidatedOptionsExtensions
{
    /// <summary>Binds <typeparamref name="T"/> to its section, validates it at start, and registers the value itself for injection.</summary>
    public static IServiceCollection AddValidatedOptions<T>(this IServiceCollection services) where T : class, IValidatedOptions
    {
        // Once: bound twice, a list would hold everything twice.
        if (services.Any(service => service.ServiceType == typeof(T)))
            return services;
        services.AddOptions<T>().BindConfiguration(T.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(new Validator<T>());
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
        return services;
    }

    private sealed class Validator<T> : IValidateOptions<T> where T : class, IValidatedOptions
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var errors = new OptionsErrors(T.Section);
            options.Validate(errors);
            return errors.All.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.All);
        }
    }
}
